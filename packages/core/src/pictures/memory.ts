import type { Metadata } from "sharp";
import { framesOf } from "./jpeg-segments.ts";
import type { PictureKind } from "./kind.ts";

/**
 * Bytes that decoding one picture may take. The functions that parse pictures have 2 GB: Node and the decoders
 * themselves take 0.2, the file is there three times while it arrives (0.3), and the rest is distance.
 */
export const mostDecodedBytes = 1_200_000_000;

/** What a picture's header says, as sharp reads it. */
export type Facts = Pick<
  Metadata,
  "width" | "height" | "channels" | "depth" | "isProgressive" | "bitsPerSample" | "orientation"
>;

const sampleBytes: Partial<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  complex: 8,
  double: 8,
  dpcomplex: 16,
};

/**
 * Bytes of memory that it takes at the most to decode a picture and cut a square out of it by its corners, which needs
 * all pixels at once. Measured, and then rounded up: docs/decisions/pictures.md has the table.
 */
export function decodedBytes(kind: PictureKind, facts: Facts, bytes: Buffer): number {
  const pixels = facts.width * facts.height;
  const whole = facts.channels * (sampleBytes[facts.depth] ?? 16);
  const cut = 3;
  const turned = (facts.orientation ?? 1) > 1 ? Math.ceil(whole / 2) : 0;
  return pixels * (decoders[kind](facts, whole, bytes) + cut + turned);
}

/** Bytes a pixel that a decoder holds at once; most rows of a plain picture pass through. */
const decoders: Record<PictureKind, (facts: Facts, whole: number, bytes: Buffer) => number> = {
  // Of several scans each fills in a part of every pixel: two bytes for each of its values are kept to the end.
  jpeg: ({ channels }, _, bytes) => {
    const frames = framesOf(bytes);
    if (frames === undefined) return 2 * channels;
    return frames.isWhole ? 2 * frames.samplesPerPixel : 0;
  },
  png: ({ isProgressive }, whole) => (isProgressive ? whole : 0),
  webp: () => 8,
  gif: () => 8,
  avif: ({ depth, bitsPerSample = 8 }) => (depth !== "uchar" || bitsPerSample > 8 ? 24 : 17),
  // The decoder's own planes, its RGBA, a copy of that, and one more with the profile before it.
  heic: () => 17,
  // A strip, or a row of tiles, may be as high as the picture.
  tiff: (_, whole) => whole,
};

/** What a person can do about a picture that is too large in this way. */
export function wayOutOf(kind: PictureKind, { isProgressive }: Facts): string {
  if (kind === "jpeg" && isProgressive) return "export it smaller, or as a JPEG that is not progressive";
  if (kind === "png" && isProgressive) return "export it smaller, or as a PNG that is not interlaced";
  if (kind === "jpeg") return "export it smaller";
  return "export it smaller, or as a plain JPEG";
}
