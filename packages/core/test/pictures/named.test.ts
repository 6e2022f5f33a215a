import { TaskError } from "@twobytwo/core/errors";
import { readHeif } from "@twobytwo/core/pictures/isobmff";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { caseFile, heicFixture, heifFile, itemFrom, pngChunk, tiffFile, tiffShape, withChunks } from "./containers.ts";
import { cornersOf, difference, furthest, middleOf, plain, upright } from "./pictures.ts";

const prepare = (bytes: Buffer) => preparePicture({ name: "picture", bytes }, { fit: "as-is" });
const refused = async (bytes: Buffer) => {
  const failure: unknown = await prepare(bytes).catch((error: unknown) => error);
  if (!(failure instanceof TaskError)) throw new Error("It was not refused.", { cause: failure });
  return failure.message;
};
const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;
const avif = (colour: string, size: number) => plain(colour, size, size).avif({ quality: 90 }).toBuffer();

describe("the picture that a file names", () => {
  it("is the primary one of a HEIC, wherever it stands, and the others are told of", async () => {
    const tile = { ...itemFrom(await caseFile("heic-of-124-properties.heic"), 1), id: 1 };
    const photo = { ...itemFrom(await heicFixture(), "primary"), id: 2 };
    for (const items of [
      [tile, photo],
      [photo, tile],
    ]) {
      const { rendition, warnings } = await prepare(heifFile({ brand: "heic", primary: 2, items }));
      expect([rendition.width, rendition.height]).toEqual([160, 240]);
      expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(12);
      expect(warnings).toEqual([
        "picture holds 2 pictures, and only its main one is taken: to add the others as well, export each to a file of its own.",
      ]);
    }
    const { rendition } = await prepare(heifFile({ brand: "heic", primary: 1, items: [tile, photo] }));
    expect([rendition.width, rendition.height]).toEqual([512, 512]);
  });

  it("is the primary one of an AVIF as well", async () => {
    const first = { ...itemFrom(await avif("#ff0000", 64), "primary"), id: 1 };
    const second = { ...itemFrom(await avif("#0000ff", 96), "primary"), id: 2 };
    for (const [primary, width, colour] of [
      [1, 64, red],
      [2, 96, blue],
    ] as const) {
      for (const items of [
        [first, second],
        [second, first],
      ]) {
        const made = await prepare(heifFile({ brand: "avif", primary, items }));
        expect(made.rendition.width).toBe(width);
        expect(difference([await middleOf(made.rendition.bytes)], [colour])).toBeLessThan(8);
        expect(made.warnings).toHaveLength(1);
      }
    }
  });

  it("is the first page of a TIFF, and the others are told of", async () => {
    const bytes = await caseFile("tiff-of-three-pages.tif");
    const { rendition, warnings } = await prepare(bytes);
    const first = await sharp(bytes, { page: 0 }).raw().toBuffer();
    const made = await sharp(rendition.bytes).raw().toBuffer();
    expect(furthest(made, first)).toBeLessThan(12);
    expect(warnings).toEqual([
      "picture has 3 pages, and only the first is taken: to add the others as well, save each to a file of its own.",
    ]);
  });

  it("is the page of a TIFF, beside smaller copies of which nobody is told", async () => {
    const page = (side: number, subfile: number, value: number) => ({
      fields: [...tiffShape(side, side, 3, 8), { tag: 254, type: 4 as const, values: [subfile] }],
      pixels: Buffer.alloc(side * side * 3, value),
    });
    const pyramid = await prepare(tiffFile([page(64, 0, 200), page(32, 1, 10), page(16, 1, 10)]));
    expect(pyramid.warnings).toEqual([]);
    expect([pyramid.rendition.width, ...(await middleOf(pyramid.rendition.bytes))]).toEqual([64, 200, 200, 200]);
    const small = await prepare(tiffFile([page(32, 1, 10), page(64, 0, 200)]));
    expect([small.rendition.width, ...(await middleOf(small.rendition.bytes))]).toEqual([64, 200, 200, 200]);
    const camera = tiffFile([page(32, 1, 10), page(16, 1, 10)]);
    expect(await refused(camera)).toMatch(/^picture is a camera raw file/);
    const masked = await prepare(tiffFile([page(32, 4, 10), page(64, 0, 200)]));
    expect([masked.rendition.width, ...(await middleOf(masked.rendition.bytes))]).toEqual([64, 200, 200, 200]);
  });
});

describe("an animation of one frame", () => {
  it("is a still picture as a PNG", async () => {
    const { rendition } = await prepare(await caseFile("apng-of-one-frame.png"));
    expect([...(await cornersOf(rendition.bytes))[0]!]).toEqual([200, 40, 40]);
    const frames = Buffer.alloc(8);
    frames.writeUInt32BE(2);
    const png = await plain("#ff0000", 64, 64).png().toBuffer();
    expect(await refused(withChunks(png, pngChunk("acTL", frames)))).toMatch(/is an animation of 2 frames: export one/);
  });

  it("is a still picture as a GIF or WebP that says how often to repeat it", async () => {
    const [one, other] = await Promise.all(["#ff0000", "#0000ff"].map((c) => plain(c, 64, 64).png().toBuffer()));
    const gif = await sharp([one as Buffer, other as Buffer], { join: { animated: true } })
      .gif({ loop: 3 })
      .toBuffer();
    expect(await refused(gif)).toMatch(/is an animation of 2 frames/);
    // The second frame begins with its own graphic control extension.
    const second = gif.lastIndexOf(Buffer.from([0x21, 0xf9, 4]));
    const still = Buffer.concat([gif.subarray(0, second), Buffer.from([0x3b])]);
    expect(still.includes("NETSCAPE")).toBe(true);
    expect(difference([await middleOf((await prepare(still)).rendition.bytes)], [red])).toBeLessThan(8);
    const webp = await sharp([one as Buffer, other as Buffer], { join: { animated: true } })
      .webp()
      .toBuffer();
    const frame = webp.indexOf("ANMF");
    const end = frame + 8 + webp.readUInt32LE(frame + 4);
    const single = Buffer.from(webp.subarray(0, end));
    single.writeUInt32LE(single.length - 8, 4);
    expect(difference([await middleOf((await prepare(single)).rendition.bytes)], [red])).toBeLessThan(8);
  });

  it("is a still picture in a container for sequences, and a sequence is none", async () => {
    const item = itemFrom(await avif("#ff0000", 64), "primary");
    const file = (brand: string, frames: number) =>
      heifFile({ brand, compatible: ["avif", "mif1"], primary: item.id, items: [item], frames });
    expect(readHeif(file("avis", 7)).frames).toBe(7);
    expect(await refused(file("avis", 2))).toMatch(/^picture is an image sequence, such as an animation/);
    expect(await refused(file("avif", 2))).toMatch(/is an animation of 2 frames/);
    expect(difference([await middleOf((await prepare(file("avis", 1))).rendition.bytes)], [red])).toBeLessThan(8);
  });
});

describe("what a decoder does not do", () => {
  it("is done where it is safe: a HEIC whose picture lies in 40 stretches", async () => {
    const photo = itemFrom(await heicFixture(), "primary");
    const { rendition } = await prepare(heifFile({ brand: "heic", primary: photo.id, items: [photo], stretches: 40 }));
    expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(12);
  });

  it("is done where it is safe: a HEIC of 124 properties", async () => {
    const { rendition, warnings } = await prepare(await caseFile("heic-of-124-properties.heic"));
    expect([rendition.width, rendition.height]).toEqual([1024, 1024]);
    expect(
      difference(await cornersOf(rendition.bytes), [
        [200, 40, 40],
        [40, 170, 60],
        [40, 60, 190],
        [220, 200, 60],
      ]),
    ).toBeLessThan(6);
    expect(warnings).toEqual([]);
  });

  it("is not called damage: pixels of another codec, a JPEG of 12 bits, more parts than the decoder takes", async () => {
    const beyond = (label: string) =>
      `picture is a ${label} of a kind that cannot be read here (it may not be damaged): export it as a JPEG, and add that.`;
    const av1 = itemFrom(await avif("#ff0000", 64), "primary");
    expect(await refused(heifFile({ brand: "heic", primary: av1.id, items: [av1] }))).toBe(beyond("HEIC"));
    const frame = Buffer.from([0xff, 0xc0]);
    const hierarchical = await plain("#ff0000", 64, 64).jpeg().toBuffer();
    hierarchical[hierarchical.indexOf(frame) + 1] = 0xc5;
    expect(await refused(hierarchical)).toBe(beyond("JPEG"));
    const deep = await plain("#ff0000", 64, 64).jpeg().toBuffer();
    deep[deep.indexOf(frame) + 4] = 12;
    expect(await refused(deep)).toBe(beyond("JPEG"));
    const apple = withChunks(await plain("#ff0000", 64, 64).png().toBuffer(), pngChunk("CgBI", Buffer.alloc(4)));
    expect(await refused(apple)).toBe(beyond("PNG"));
    const free = Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]);
    const many = { ...av1, properties: [...av1.properties, ...Array(110).fill(free)] };
    expect(await refused(heifFile({ brand: "avif", primary: av1.id, items: [many] }))).toBe(beyond("AVIF"));
  });
});

describe("the smallest picture", () => {
  it("is the smallest that X takes", async () => {
    const made = await prepare(await plain("#ff0000", 4, 4).png().toBuffer());
    expect([made.rendition.width, made.rendition.height]).toEqual([4, 4]);
    const message =
      "picture would be posted with 3 × 40 pixels, and X needs at least 4 on each side: add a larger copy of the picture.";
    expect(await refused(await plain("#ff0000", 3, 40).png().toBuffer())).toBe(message);
    const bytes = await plain("#ff0000", 3, 40).png().toBuffer();
    await expect(preparePicture({ name: "picture", bytes }, { fit: "crop" })).rejects.toMatchObject({
      name: "MediaInvalid",
    });
    const padded = await preparePicture({ name: "picture", bytes }, { fit: "pad" });
    expect(padded.rendition.width).toBe(40);
  });
});
