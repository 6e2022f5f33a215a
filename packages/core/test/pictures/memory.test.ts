import { crc32 } from "node:zlib";
import { TaskError } from "@twobytwo/core/errors";
import { framesOf } from "@twobytwo/core/pictures/jpeg-segments";
import type { PictureKind } from "@twobytwo/core/pictures/kind";
import { decodedBytes, type Facts, mostDecodedBytes } from "@twobytwo/core/pictures/memory";
import { readHeader } from "@twobytwo/core/pictures/read";
import sharp, { type JpegOptions, type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { painting } from "./pictures.ts";

const original = await painting(3, 400);
const encoded = (change: (picture: Sharp) => Sharp) => change(sharp(original)).toBuffer();

/** The same file, whose header says that it has so many pixels: what nobody has to decode to refuse it. */
function png(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

function jpeg(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes);
  let at = 2;
  while (![0xc0, 0xc1, 0xc2].includes(changed[at + 1] ?? 0)) at += 2 + changed.readUInt16BE(at + 2);
  changed.writeUInt16BE(height, at + 5);
  changed.writeUInt16BE(width, at + 7);
  return changed;
}

/** A baseline JPEG says which components its first scan has: of one with a scan a component, only the first. */
function withScanOfOne(bytes: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from([0xff, 0xda]));
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  return Buffer.concat([bytes.subarray(0, at), scan, bytes.subarray(at + 2 + bytes.readUInt16BE(at + 2))]);
}

async function refusal(name: string, bytes: Buffer): Promise<string> {
  const failure: unknown = await readHeader({ name, bytes }).catch((error: unknown) => error);
  if (!(failure instanceof TaskError)) throw new Error(`${name} was not refused`);
  expect(failure.name).toBe("MediaInvalid");
  return failure.message;
}

describe("a picture that would take more memory than there is", () => {
  it("is refused by its header as an interlaced PNG, with its pixels, the bytes and a way out", async () => {
    const interlaced = png(await encoded((picture) => picture.png({ progressive: true })), 16_383, 16_383);
    expect(await refusal("big.png", interlaced)).toBe(
      "big.png has 16,383 × 16,383 pixels and is an interlaced PNG: opening it could take 1.6 GB of memory, and the limit for one picture is 1.2 GB. Next: export it smaller, or as a PNG that is not interlaced.",
    );
  });

  it("is refused as a progressive JPEG, and as one whose scans have a colour each", async () => {
    const whole = (picture: Sharp) => picture.jpeg({ progressive: true, chromaSubsampling: "4:4:4" });
    expect(await refusal("big.jpg", jpeg(await encoded(whole), 16_383, 16_383))).toMatch(
      /^big\.jpg has 16,383 × 16,383 pixels and is a progressive JPEG: .* 2\.4 GB .* not progressive\.$/,
    );
    const plain = await encoded((picture) => picture.jpeg({ chromaSubsampling: "4:4:4" }));
    expect(await refusal("scans.jpg", withScanOfOne(jpeg(plain, 16_383, 16_383)))).toMatch(/2\.4 GB/);
  });

  it.each([
    ["a plain JPEG of 268 megapixels", (picture: Sharp) => picture.jpeg(), 16_383, 16_383, jpeg],
    [
      "a progressive JPEG of 108 megapixels",
      (picture: Sharp) => picture.jpeg({ progressive: true }),
      12_000,
      9_000,
      jpeg,
    ],
    ["a plain PNG of 268 megapixels", (picture: Sharp) => picture.png(), 16_383, 16_383, png],
    [
      "an interlaced PNG of 100 megapixels",
      (picture: Sharp) => picture.png({ progressive: true }),
      10_000,
      10_000,
      png,
    ],
  ] as const)("is not %s", async (_, make, width, height, resize) => {
    const bytes = resize(await encoded(make), width, height);
    expect(await readHeader({ name: "fine", bytes })).toMatchObject({ width, height });
  });
});

describe("the memory that decoding takes", () => {
  const facts = (change: Partial<Facts>): Facts => ({
    width: 10_000,
    height: 10_000,
    channels: 3,
    depth: "uchar",
    isProgressive: false,
    ...change,
  });
  const megabytes = (kind: PictureKind, change: Partial<Facts>, bytes = Buffer.alloc(0)) =>
    decodedBytes(kind, facts(change), bytes) / 1e6;

  it("counts channels, their depth, and a picture that has to be turned", () => {
    expect(megabytes("png", {})).toBe(300);
    expect(megabytes("png", { orientation: 6 })).toBe(500);
    expect(megabytes("png", { isProgressive: true })).toBe(600);
    expect(megabytes("png", { isProgressive: true, channels: 4, depth: "ushort" })).toBe(1100);
    expect(megabytes("tiff", { channels: 4, depth: "float" })).toBe(1900);
    // What no header of a picture says is not taken for small.
    expect(megabytes("tiff", { depth: "unheard" as never })).toBe(5100);
  });

  it("leaves room for what phones and cameras make, and none for four times as much", () => {
    const megapixels = (kind: PictureKind, count: number, change: Partial<Facts> = {}) =>
      decodedBytes(kind, facts({ width: count * 1000, height: 1000, ...change }), Buffer.alloc(0));
    for (const kind of ["heic", "avif", "webp", "gif", "tiff"] as const) {
      expect(megapixels(kind, 50)).toBeLessThan(mostDecodedBytes);
      expect(megapixels(kind, 268)).toBeGreaterThan(mostDecodedBytes);
    }
    expect(megapixels("avif", 50, { depth: "ushort", bitsPerSample: 12 })).toBeGreaterThan(mostDecodedBytes);
  });

  it("of a JPEG follows from its frame and its first scan", async () => {
    const frames = async (options: JpegOptions) => framesOf(await encoded((picture) => picture.jpeg(options)));
    expect(await frames({})).toEqual({ isWhole: false, samplesPerPixel: 1.5 });
    expect(await frames({ chromaSubsampling: "4:4:4" })).toEqual({ isWhole: false, samplesPerPixel: 3 });
    expect(await frames({ progressive: true })).toEqual({ isWhole: true, samplesPerPixel: 1.5 });
    const grey = await encoded((picture) => picture.toColourspace("b-w").jpeg({ progressive: true }));
    expect(framesOf(grey)).toEqual({ isWhole: true, samplesPerPixel: 1 });
    const plain = await encoded((picture) => picture.jpeg());
    expect(framesOf(withScanOfOne(plain))).toMatchObject({ isWhole: true });
    const filled = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xff]), plain.subarray(2)]);
    expect(framesOf(filled)).toEqual(framesOf(plain));
    expect(framesOf(plain.subarray(0, 40))).toBeUndefined();
    expect(megabytes("jpeg", {}, plain.subarray(0, 40))).toBe(900);
  });
});
