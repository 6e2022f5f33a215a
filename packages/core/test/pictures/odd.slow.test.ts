import { TaskError } from "@twobytwo/core/errors";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  caseFile,
  heicFixture,
  jpegSegment,
  pngChunk,
  tiffFile,
  tiffShape,
  withChunks,
  withSegments,
} from "./containers.ts";
import { furthest, painting, withCorners } from "./pictures.ts";

const side = 120;
const source = await sharp(await painting(5, side))
  .png()
  .toBuffer();
const encoded = {
  // With a comment none of them is posted as it is, and all are encoded anew.
  jpeg: withSegments(await sharp(source).jpeg().toBuffer(), jpegSegment(0xfe, Buffer.from("x"))),
  progressive: await sharp(source).jpeg({ progressive: true }).toBuffer(),
  png: await sharp(source).png().toBuffer(),
  interlaced: await sharp(source).png({ progressive: true }).toBuffer(),
  webp: await sharp(source)
    .webp()
    .withExif({ IFD0: { Make: "Studio" } })
    .toBuffer(),
  lossless: await sharp(source).webp({ lossless: true }).toBuffer(),
  gif: await sharp(source).gif().toBuffer(),
  avif: await sharp(source).avif().toBuffer(),
  plain: await sharp(source).tiff({ compression: "none" }).toBuffer(),
  lzw: await sharp(source).tiff({ compression: "lzw" }).toBuffer(),
  tiles: await sharp(source).tiff({ compression: "deflate", tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
  heic: await heicFixture(),
};

async function pixelsOf(bytes: Buffer): Promise<Buffer> {
  const { rendition } = await preparePicture({ name: "picture", bytes }, { fit: "as-is" });
  return sharp(rendition.bytes).removeAlpha().raw().toBuffer();
}

async function refusal(bytes: Buffer): Promise<string> {
  const failure: unknown = await preparePicture({ name: "picture", bytes }, { fit: "as-is" }).catch((error) => error);
  if (!(failure instanceof TaskError)) throw new Error("It was not refused.", { cause: failure });
  expect(failure.name).toBe("MediaInvalid");
  return failure.message;
}

const damaged = /^picture is a damaged \w+, or is incomplete: copy or export it again\.$/;

describe("metadata that no decoder likes, beside pixels that are all there", () => {
  const { jpeg, png, webp, gif, avif, heic } = encoded;
  const adobe = Buffer.concat([Buffer.from("Adobe\0\x64\0\0\0\0", "latin1"), Buffer.from([9])]);
  const jfif = (version: number) =>
    withSegments(jpeg, jpegSegment(0xe0, Buffer.from([0x4a, 0x46, 0x49, 0x46, 0, version, 1, 0, 0, 1, 0, 1, 0, 0])));
  const longExif = Buffer.from(webp);
  longExif.writeUInt32LE(60_000, webp.indexOf("EXIF") + 4);
  const longRiff = Buffer.from(webp);
  longRiff.writeUInt32LE(webp.length + 12, 4);
  const shortRiff = Buffer.from(webp);
  shortRiff.writeUInt32LE(webp.indexOf("EXIF") - 6, 4);
  const trailer = Buffer.alloc(51, "x");
  it.each([
    [
      "a JPEG with bytes between its segments",
      Buffer.concat([jpeg.subarray(0, 7), Buffer.from([0, 1, 2]), jpeg.subarray(7)]),
      jpeg,
    ],
    ["a JPEG with an unknown transform of Adobe's", withSegments(jpeg, jpegSegment(0xee, adobe)), jpeg],
    ["a JPEG of an unknown version", jfif(9), jfif(1)],
    ["a JPEG whose EXIF is no EXIF", withSegments(jpeg, jpegSegment(0xe1, Buffer.from("Exif\0\0hello"))), jpeg],
    ["a JPEG with fill bytes", withSegments(jpeg, Buffer.from([0xff, 0xff])), jpeg],
    [
      "a JPEG with zeros before its end",
      Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(9), jpeg.subarray(-2)]),
      jpeg,
    ],
    ["a JPEG with something behind it", Buffer.concat([jpeg, trailer]), jpeg],
    ["a PNG with a wrong sum of its text", withChunks(png, pngChunk("tEXt", Buffer.from("a\0b"), false)), png],
    ["a PNG whose EXIF is no EXIF", withChunks(png, pngChunk("eXIf", Buffer.from("hello"))), png],
    ["a PNG with something behind it", Buffer.concat([png, trailer]), png],
    ["a WebP whose EXIF is longer than the file", longExif, webp],
    ["a WebP whose EXIF is not all there", webp.subarray(0, webp.indexOf("EXIF") + 14), webp],
    ["a WebP that says it is longer than it is", longRiff, webp],
    ["a WebP that says it is shorter than it is", shortRiff, webp],
    ["a WebP with something behind it", Buffer.concat([webp, trailer]), webp],
    ["a GIF without its last byte", gif.subarray(0, -1), gif],
    ["a GIF with something behind it", Buffer.concat([gif, trailer]), gif],
    ["an AVIF with something behind it", Buffer.concat([avif, trailer]), avif],
    ["a HEIC with something behind it", Buffer.concat([heic, trailer]), heic],
  ])("is no damage: %s", async (_, odd, whole) => {
    expect((await pixelsOf(odd)).equals(await pixelsOf(whole))).toBe(true);
  });

  it("is no damage in a TIFF: a text without its end, a field of no known type, one that lies behind the file", async () => {
    const { data: pixels } = await withCorners(side, side).raw().toBuffer({ resolveWithObject: true });
    const shape = tiffShape(side, side, 3, 8);
    const plain = tiffFile([{ fields: shape, pixels }]);
    const odd = tiffFile([
      {
        fields: [
          ...shape,
          { tag: 305, type: 2, values: Buffer.from("paint program") },
          { tag: 315, type: 99 as 7, values: Buffer.from("xxxxx") },
          { tag: 65_000, type: 7, values: Buffer.from("private") },
        ],
        pixels,
      },
    ]);
    expect(await refusalOrPixels(odd)).toEqual(await pixelsOf(plain));
  });

  it("is no damage in the scan header of a phone, which is not posted as it is", async () => {
    const bytes = await caseFile("phone-odd-scan-header.jpg");
    const at = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    expect([...bytes.subarray(end - 3, end)]).toEqual([0, 0, 0]);
    const usual = Buffer.from(bytes);
    usual[end - 2] = 63;
    const { rendition } = await preparePicture({ name: "phone.jpg", bytes }, { fit: "as-is" });
    expect(rendition.bytes.equals(bytes)).toBe(false);
    const [one, other] = await Promise.all([rendition.bytes, usual].map((file) => sharp(file).raw().toBuffer()));
    expect(furthest(one as Buffer, other as Buffer)).toBeLessThan(16);
    expect((await sharp(rendition.bytes, { failOn: "warning" }).stats()).isOpaque).toBe(true);
  });
});

async function refusalOrPixels(bytes: Buffer): Promise<Buffer | string> {
  try {
    return await pixelsOf(bytes);
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a file of which a part is missing", () => {
  it.each(Object.entries(encoded))("is refused in our own words, or shows all of the picture: %s", async (_, whole) => {
    const expected = await pixelsOf(whole);
    const points = Array.from({ length: 24 }, (_unused, index) => Math.floor((whole.length * (index + 1)) / 25));
    const lengths = [...points, whole.length - 3, whole.length - 2, whole.length - 1];
    for (const length of lengths.filter((value) => value > 60)) {
      const found = await refusalOrPixels(whole.subarray(0, length));
      if (typeof found === "string") expect(found).toMatch(damaged);
      else expect(found.equals(expected), `${length} of ${whole.length} bytes`).toBe(true);
    }
    expect(await refusal(whole.subarray(0, Math.floor(whole.length * 0.6)))).toMatch(damaged);
  });

  it.each(["jpeg", "progressive"] as const)("is refused where an end was put behind the rest of a %s", async (name) => {
    const whole = encoded[name];
    const end = whole.subarray(-2);
    for (const share of [0.5, 0.8, 0.95])
      expect(await refusal(Buffer.concat([whole.subarray(0, Math.floor(whole.length * share)), end]))).toMatch(damaged);
  });

  it("is refused where whole scans of a progressive JPEG are missing", async () => {
    const whole = encoded.progressive;
    for (
      let at = whole.indexOf(Buffer.from([0xff, 0xda]));
      at >= 0;
      at = whole.indexOf(Buffer.from([0xff, 0xda]), at + 1)
    )
      expect(await refusal(Buffer.concat([whole.subarray(0, at), whole.subarray(-2)]))).toMatch(damaged);
  });

  it("is refused where a TIFF has not all of its colour profile", async () => {
    const whole = tiffFile([
      {
        fields: [...tiffShape(2, 2, 3, 8), { tag: 34_675, type: 7, values: Buffer.alloc(200) }],
        pixels: Buffer.alloc(12),
      },
    ]);
    const cut = Buffer.from(whole);
    const entry = whole.indexOf(Buffer.from([0x73, 0x87, 7, 0]));
    cut.writeUInt32LE(whole.length - 100, entry + 8);
    expect(await refusal(cut)).toMatch(damaged);
  });

  it("is refused where the strips of a TIFF are too few or too short for its pixels, or lie behind it", async () => {
    const pixels = Buffer.alloc(side * side * 3, 77);
    const shape = tiffShape(side, side, 3, 8);
    const whole = tiffFile([{ fields: shape, pixels }]);
    expect((await pixelsOf(whole))[0]).toBe(77);
    expect(await refusal(tiffFile([{ fields: shape, pixels: pixels.subarray(0, -600) }]))).toMatch(damaged);
    const half = shape.map((field) => (field.tag === 278 ? { ...field, values: [side / 2] } : field));
    expect(await refusal(tiffFile([{ fields: half, pixels: pixels.subarray(0, pixels.length / 2) }]))).toMatch(damaged);
    const moved = Buffer.from(whole);
    const entry = whole.indexOf(Buffer.from([0x11, 0x01, 4, 0]));
    moved.writeUInt32LE(whole.length - 100, entry + 8);
    expect(await refusal(moved)).toMatch(damaged);
  });

  it("is refused where pixels are spoilt that a sum watches over, or a segment that counts, or bytes are missing in its middle", async () => {
    const spoilt = Buffer.from(encoded.png);
    spoilt.writeUInt8((spoilt[spoilt.indexOf("IDAT") + 60] as number) ^ 1, spoilt.indexOf("IDAT") + 60);
    expect(await refusal(spoilt)).toMatch(damaged);
    const webp = encoded.webp;
    const middle = webp.indexOf("VP8 ") + 400;
    expect(await refusal(Buffer.concat([webp.subarray(0, middle), webp.subarray(middle + 90)]))).toMatch(damaged);
    const turned = withSegments(encoded.jpeg, jpegSegment(0xe1, Buffer.from("Exif\0\0hello")));
    turned[3] = 0x61;
    expect(
      await refusal(Buffer.concat([turned.subarray(0, 2), jpegSegment(0xfe, Buffer.from("x")), turned.subarray(2)])),
    ).toMatch(damaged);
    const profiled = await sharp(source).withIccProfile("p3").jpeg().toBuffer();
    const profile = profiled.indexOf("ICC_PROFILE");
    profiled.writeUInt16BE(profiled.readUInt16BE(profile - 2) - 90, profile - 2);
    expect(await refusal(profiled)).toMatch(damaged);
    const gap = Buffer.concat([encoded.jpeg.subarray(0, -500), encoded.jpeg.subarray(-400)]);
    expect(await refusal(gap)).toMatch(damaged);
  });
});
