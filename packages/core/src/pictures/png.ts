import { crc32 } from "node:zlib";

/** What chunks of a PNG say before its first pixels. PNG (Third Edition), 11.3. */
export interface PngFacts {
  /** Frames of an animation; a PNG without one has none. */
  frames: number;
  /** Code points of ITU-T H.273: primaries, transfer, matrix, and whether the range is full. */
  cicp?: [number, number, number, number];
  isSrgb: boolean;
  /** As it is stored, times 100,000. */
  gamma?: number;
  /** x and y of white, red, green and blue, times 100,000. */
  chromaticities?: number[];
  /** A chunk that a decoder has to understand, and that is in no edition of the standard: `CgBI` of Apple's. */
  unknown?: string;
}

const critical = ["IHDR", "PLTE", "IDAT", "IEND"];

/** A name that is damaged has a sum that is wrong. */
const isSummed = (bytes: Buffer, at: number, length: number) =>
  at + 12 + length <= bytes.length &&
  crc32(bytes.subarray(at + 4, at + 8 + length)) === bytes.readUInt32BE(at + 8 + length);

export function readPng(bytes: Buffer): PngFacts {
  const facts: PngFacts = { frames: 0, isSrgb: false };
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const content = bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    if (type === "IDAT") return facts;
    if (/^[A-Z][A-Za-z]{3}$/.test(type) && !critical.includes(type) && isSummed(bytes, at, length))
      facts.unknown = type;
    if (type === "acTL" && content.length >= 8) facts.frames = content.readUInt32BE(0);
    if (type === "cICP" && content.length === 4) facts.cicp = [...content] as [number, number, number, number];
    if (type === "sRGB") facts.isSrgb = true;
    if (type === "gAMA" && content.length === 4) facts.gamma = content.readUInt32BE(0);
    if (type === "cHRM" && content.length === 32)
      facts.chromaticities = Array.from({ length: 8 }, (_, index) => content.readUInt32BE(index * 4));
    at += 12 + length;
  }
  return facts;
}
