import { deflateSync } from "node:zlib";
import { TaskError } from "@twobytwo/core/errors";
import { d65, type Primaries, profileOf } from "@twobytwo/core/pictures/icc";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import {
  caseFile,
  heicFixture,
  heifFile,
  type Item,
  itemFrom,
  jpegSegment,
  nclx,
  pngChunk,
  type TiffField,
  tiffFile,
  tiffShape,
  withChunks,
  withSegments,
} from "./containers.ts";
import { type Colour, cornersOf, difference, furthest, middleOf, plain, upright, withCorners } from "./pictures.ts";
import { bySpecification, power, srgbCurve } from "./specification.ts";

const prepare = (bytes: Buffer) => preparePicture({ name: "picture", bytes }, { fit: "as-is" });
const shown = async (bytes: Buffer) => middleOf((await prepare(bytes)).rendition.bytes);
const square = (colour: Colour) => plain(`rgb(${colour.join(",")})`, 64, 64);
const [r, g, b] = [190, 90, 60];
const stored: Colour = [r, g, b];

const p3: Primaries = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: d65 };
const adobe: Primaries = { red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06], white: d65 };
const rec2020: Primaries = { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: d65 };
const proPhoto: Primaries = {
  red: [0.7347, 0.2653],
  green: [0.1596, 0.8404],
  blue: [0.0366, 0.0001],
  white: [0.3457, 0.3585],
};

const inP3 = bySpecification(stored, p3, srgbCurve);
const inAdobe = bySpecification(stored, adobe, power(2.19921875));
const in2020 = bySpecification(stored, rec2020, srgbCurve);

const iccpChunk = (icc: Buffer) =>
  pngChunk("iCCP", Buffer.concat([Buffer.from("profile\0\0", "latin1"), deflateSync(icc)]));
const iccOf = (primaries: Primaries, curve: "srgb" | number) => profileOf(primaries, curve) ?? Buffer.alloc(0);

/** EXIF that says a colour space and, where there is one, the interoperability index. */
function exif(space: number, index?: string): Buffer {
  const bytes = Buffer.alloc(80);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  const entry = (at: number, tag: number, type: number, count: number, value: number | string) => {
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    if (typeof value === "string") bytes.write(value, at + 8, "latin1");
    else bytes.writeUInt32LE(value, at + 8);
  };
  bytes.writeUInt16LE(1, 8);
  entry(10, 34_665, 4, 1, 26);
  bytes.writeUInt16LE(index === undefined ? 1 : 2, 26);
  entry(28, 40_961, 3, 1, space);
  if (index !== undefined) {
    entry(40, 40_965, 4, 1, 56);
    bytes.writeUInt16LE(1, 56);
    entry(58, 1, 2, 4, `${index}\0`);
  }
  return bytes;
}
const exifSegment = (bytes: Buffer) => jpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), bytes]));
const jpeg = (picture: Sharp) => picture.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();

/** An item with no word of its colours but this one. */
const told = (item: Item, ...colours: Buffer[]): Item => ({
  ...item,
  properties: [...item.properties.filter((property) => property.toString("latin1", 4, 8) !== "colr"), ...colours],
});
const avifWith = async (...colours: Buffer[]) => {
  const item = itemFrom(await square(stored).avif({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(), "primary");
  return heifFile({ brand: "avif", primary: item.id, items: [told(item, ...colours)] });
};

describe("colours, however a file tells them", () => {
  it("are those of Display P3 by a profile, in 8 and in 16 bits", async () => {
    expect(difference([inP3], [stored])).toBeGreaterThan(8);
    for (const space of ["srgb", "rgb16"] as const) {
      const png = await square(stored).toColourspace(space).png().toBuffer();
      const file = withChunks(png, iccpChunk(iccOf(p3, "srgb")));
      expect((await sharp(file).metadata()).depth).toBe(space === "rgb16" ? "ushort" : "uchar");
      expect(difference([await shown(file)], [inP3])).toBeLessThan(3);
    }
  });

  it("are those of Display P3 by a PNG's cICP, which counts more than a profile", async () => {
    const png = await square(stored).png().toBuffer();
    const cicp = pngChunk("cICP", Buffer.from([12, 13, 0, 1]));
    expect(difference([await shown(withChunks(png, cicp))], [inP3])).toBeLessThan(3);
    const both = withChunks(png, cicp, iccpChunk(iccOf(proPhoto, 1.8)));
    expect(difference([await shown(both)], [inP3])).toBeLessThan(3);
    const usual = withChunks(png, pngChunk("cICP", Buffer.from([1, 13, 0, 1])));
    expect(difference([await shown(usual)], [stored])).toBeLessThan(2);
    const wide = withChunks(png, pngChunk("cICP", Buffer.from([9, 1, 0, 1])));
    expect(difference([await shown(wide)], [in2020])).toBeLessThan(3);
    const file = await caseFile("display-p3-by-cicp.png");
    const corners = (await cornersOf(await sharp(file).png().toBuffer())).map((colour) =>
      bySpecification(colour, p3, srgbCurve),
    );
    expect(difference(await cornersOf((await prepare(file)).rendition.bytes), corners)).toBeLessThan(4);
  });

  it("are those that a PNG's cHRM and gAMA name", async () => {
    const png = await square(stored).png().toBuffer();
    const numbers = (...values: number[]) => {
      const bytes = Buffer.alloc(values.length * 4);
      for (const [index, value] of values.entries()) bytes.writeUInt32BE(Math.round(value * 100_000), index * 4);
      return bytes;
    };
    const chrm = pngChunk("cHRM", numbers(...d65, ...adobe.red, ...adobe.green, ...adobe.blue));
    const gama = (value: number) => pngChunk("gAMA", numbers(value));
    expect(difference([await shown(withChunks(png, gama(0.45471), chrm))], [inAdobe])).toBeLessThan(3);
    expect(difference([await shown(withChunks(png, gama(0.45455)))], [stored])).toBeLessThan(2);
    const linear = bySpecification(
      stored,
      { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: d65 },
      power(1),
    );
    expect(difference([await shown(withChunks(png, gama(1)))], [linear])).toBeLessThan(3);
  });

  it("are those of Display P3 by the code points of an AVIF, and of a HEIC", async () => {
    expect(difference([await shown(await avifWith(nclx(12, 13)))], [inP3])).toBeLessThan(5);
    expect(difference([await shown(await avifWith(nclx(1, 13)))], [stored])).toBeLessThan(5);
    const photo = itemFrom(await heicFixture(), "primary");
    const heic = (...colours: Buffer[]) =>
      heifFile({ brand: "heic", primary: photo.id, items: [told(photo, ...colours)] });
    const byNumber = (await prepare(heic(nclx(12, 13)))).rendition.bytes;
    expect(difference(await cornersOf(byNumber), upright)).toBeLessThan(12);
    const bySrgb = (await prepare(heic(nclx(1, 13)))).rendition.bytes;
    expect(difference(await cornersOf(bySrgb), upright)).toBeGreaterThan(20);
  });

  it("are those of Adobe RGB by EXIF alone, and sRGB where EXIF says that", async () => {
    const whole = await jpeg(square(stored));
    for (const [space, index] of [
      [0xffff, "R03"],
      [2, undefined],
    ] as const) {
      const { rendition, warnings } = await prepare(withSegments(whole, exifSegment(exif(space, index))));
      expect(difference([await middleOf(rendition.bytes)], [inAdobe])).toBeLessThan(4);
      expect(warnings).toEqual([]);
    }
    const usual = withSegments(whole, exifSegment(exif(1, "R98")));
    expect(difference([await shown(usual)], [stored])).toBeLessThan(3);
    const png = withChunks(await square(stored).png().toBuffer(), pngChunk("eXIf", exif(0xffff, "R03")));
    expect(difference([await shown(png)], [inAdobe])).toBeLessThan(3);
    // A profile says more.
    const both = withSegments(
      whole,
      exifSegment(exif(0xffff, "R03")),
      jpegSegment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), iccOf(p3, "srgb")])),
    );
    expect(difference([await shown(both)], [inP3])).toBeLessThan(4);
  });

  it("of grey with a profile are the same in 8 and in 16 bits", async () => {
    const side = 64;
    const levels = Buffer.from(Array.from({ length: side * side }, (_, at) => Math.floor((at % side) * 4)));
    const deep = Buffer.alloc(levels.length * 2);
    for (const [at, level] of levels.entries()) deep.writeUInt16LE(level * 257, at * 2);
    const icc: TiffField = { tag: 34_675, type: 7, values: greyProfile(1) };
    const eight = await prepare(tiffFile([{ fields: [...tiffShape(side, side, 1, 8), icc], pixels: levels }]));
    const sixteen = await prepare(tiffFile([{ fields: [...tiffShape(side, side, 1, 16), icc], pixels: deep }]));
    const [one, other] = await Promise.all(
      [eight, sixteen].map(({ rendition }) =>
        sharp(rendition.bytes).removeAlpha().toColourspace("b-w").raw().toBuffer(),
      ),
    );
    expect(furthest(one as Buffer, other as Buffer)).toBeLessThan(3);
    // A curve of 1 is linear light.
    const expected = levels.map((level) => {
      const light = level / 255;
      return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
    });
    expect(furthest(one as Buffer, Buffer.from(expected))).toBeLessThan(12);
    expect(furthest(one as Buffer, levels)).toBeGreaterThan(40);
  });

  it("of ProPhoto and of Lab come out as they are meant", async () => {
    const png = await square([128, 128, 128]).png().toBuffer();
    const grey = Math.round(255 * (1.055 * (128 / 255) ** (1.8 / 2.4) - 0.055));
    const shownGrey = await shown(withChunks(png, iccpChunk(iccOf(proPhoto, 1.8))));
    expect(difference([shownGrey], [[grey, grey, grey]])).toBeLessThan(3);
    const lab = await square(stored).toColourspace("lab").tiff().toBuffer();
    expect(difference([await shown(lab)], [stored])).toBeLessThan(4);
    const corners = await withCorners(120, 120).toColourspace("lab").tiff().toBuffer();
    expect(difference(await cornersOf((await prepare(corners)).rendition.bytes), upright)).toBeLessThan(12);
  });
});

/** One curve, as grey has it. */
function greyProfile(exponent: number): Buffer {
  const profile = Buffer.from(iccOf(p3, exponent));
  profile.write("GRAY", 16, "latin1");
  const count = profile.readUInt32BE(128);
  for (let at = 132; at < 132 + count * 12; at += 12)
    if (profile.toString("latin1", at, at + 4) === "rTRC") profile.write("kTRC", at, "latin1");
  return profile;
}

describe("colours that are not followed", () => {
  it.each([
    ["PQ", 16],
    ["HLG", 18],
  ])("are refused where they are %s", async (name, transfer) => {
    const png = withChunks(await square(stored).png().toBuffer(), pngChunk("cICP", Buffer.from([9, transfer, 0, 1])));
    for (const bytes of [png, await avifWith(nclx(9, transfer))]) {
      const failure: unknown = await prepare(bytes).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TaskError);
      expect((failure as TaskError).message).toBe(
        `picture is an HDR picture (${name}), and X does not show HDR: export it in standard range as a JPEG or PNG.`,
      );
    }
  });

  it("are said when the picture is added: a space without a name, a number of none, a profile that is none", async () => {
    const png = await square(stored).png().toBuffer();
    const unnamed =
      "picture uses a colour space that is not supported here, so its colours are read as sRGB: export it in sRGB.";
    const uncalibrated =
      "picture says that its colours are not sRGB, but not what they are. They are read as sRGB: if they look wrong, export it in sRGB.";
    const unreadable =
      "picture has a colour profile that cannot be read, so its colours are read as sRGB: export it in sRGB.";
    const whole = await jpeg(square(stored));
    const broken = Buffer.from(iccOf(p3, "srgb"));
    broken.writeUInt32BE(9_999_999, 136);
    for (const [bytes, warning] of [
      [withSegments(whole, exifSegment(exif(0xffff))), uncalibrated],
      [withChunks(png, pngChunk("cICP", Buffer.from([10, 13, 0, 1]))), unnamed],
      [withChunks(png, pngChunk("cICP", Buffer.from([12, 13, 1, 1]))), unnamed],
      [withSegments(whole, jpegSegment(0xe2, Buffer.from("ICC_PROFILE\0\x01\x01no profile", "latin1"))), unreadable],
      [
        withSegments(whole, jpegSegment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), broken]))),
        unreadable,
      ],
    ] as const) {
      const { rendition, warnings } = await prepare(bytes);
      expect(warnings).toEqual([warning]);
      expect(difference([await middleOf(rendition.bytes)], [stored])).toBeLessThan(4);
    }
  });
});
