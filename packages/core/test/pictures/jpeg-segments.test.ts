import { isBareJpeg } from "@twobytwo/core/pictures/jpeg-segments";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { painting } from "./pictures.ts";

const segment = (marker: number, length: number, content: number[] = []) => [
  0xff,
  marker,
  length >> 8,
  length & 255,
  ...content,
  ...Array<number>(Math.max(length - 2 - content.length, 0)).fill(7),
];
const start = [0xff, 0xd8];
const end = [0xff, 0xd9];
const scan = [...segment(0xda, 6), 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd7, 5, 0xff, 0xff, 0];
const isBare = (...parts: number[][]) => isBareJpeg(Buffer.from(parts.flat()));

describe("a JPEG that holds nothing but the picture", () => {
  it.each([0xc0, 0xc1, 0xc2, 0xdb, 0xc4, 0xdd])("may have the segment %i", (marker) => {
    expect(isBare(start, segment(marker, 9), scan, end)).toBe(true);
  });

  it("may have the two marks of encoders, but for a thumbnail or anything else within", () => {
    expect(isBare(start, segment(0xe0, 16), segment(0xee, 14), scan, end)).toBe(true);
    expect(isBare(start, segment(0xe0, 17), scan, end)).toBe(false);
    expect(isBare(start, segment(0xee, 15), scan, end)).toBe(false);
    expect(isBare(start, segment(0xe0, 14), scan, end)).toBe(false);
    expect(isBare(start, segment(0xee, 16), scan, end)).toBe(false);
  });

  it.each([0xe1, 0xe2, 0xfe, 0xc3, 0xed])("has no segment %i: EXIF, a profile, a comment", (marker) => {
    expect(isBare(start, segment(marker, 9), scan, end)).toBe(false);
  });

  it("may have several scans with tables between them, and nothing else there", () => {
    expect(isBare(start, scan, segment(0xc4, 5), scan, end)).toBe(true);
    expect(isBare(start, scan, segment(0xfe, 5), scan, end)).toBe(false);
    expect(isBare(start, scan, segment(0xe1, 5), end)).toBe(false);
  });

  it("has its scans found behind their header, and behind bytes that only fill", () => {
    expect(isBare(start, segment(0xda, 8, [1, 2, 0xff, 0xd9]), [1, 2], end)).toBe(true);
    expect(isBare(start, scan, [1, 0xff], end)).toBe(true);
    expect(isBare(start, scan, segment(0xc0, 5), scan, end)).toBe(false);
  });

  it("ends where its file ends", () => {
    expect(isBare(start, scan, end, [0])).toBe(false);
    expect(isBare(start, scan, end, end)).toBe(false);
    expect(isBare(start, scan)).toBe(false);
    expect(isBare(start, scan, [0xff])).toBe(false);
    expect(isBare(start, scan, [0xff, 0xda, 0])).toBe(false);
    expect(isBare(start, segment(0xdb, 9))).toBe(false);
    expect(isBare(start)).toBe(false);
    expect(isBare(start, [0xff])).toBe(false);
    expect(isBare(start, [0xff, 0xc0, 0])).toBe(false);
    expect(isBare([])).toBe(false);
    expect(isBare(start, [0, 0xc0, 0, 4, 1, 1], scan, end)).toBe(false);
  });

  it("is what an encoder makes without metadata, and not with it", async () => {
    const encode = async () => sharp(await painting(1)).jpeg();
    expect(isBareJpeg(await (await encode()).toBuffer())).toBe(true);
    expect(isBareJpeg(await (await encode()).withExif({ IFD0: { Artist: "A" } }).toBuffer())).toBe(false);
  });
});
