import { availableParallelism } from "node:os";
import sharp, { type Metadata, type Sharp } from "sharp";
import { TaskError } from "../errors.ts";
import { megabytes } from "../media.ts";
import { createBudget } from "./budget.ts";
import { decodeHeic } from "./heic.ts";
import { kindOf, originals, type PictureKind } from "./kind.ts";
import { tiffOf } from "./tiff.ts";

/** A file as a person knows it. */
export interface PictureSource {
  /** Said in errors and never trusted. */
  name: string;
  bytes: Buffer;
}

const maxFileBytes = 100 * 1024 * 1024;
/** 0x3fff squared, sharp's own limit: room for 108 and 200 megapixels, none for a decompression bomb. */
const maxPixels = 0x3fff ** 2;

// No picture is read twice: what libvips would keep is memory for nothing.
sharp.cache(false);

const cores = availableParallelism();
/** A picture up to this many pixels takes one core; a larger one the memory of several as well. */
const share = 50_000_000;
const decoding = createBudget(cores * share);

/** What a header says of a picture, before any pixel is decoded. */
export interface PictureHeader {
  kind: PictureKind;
  /** As stored, before it is turned. */
  width: number;
  height: number;
  metadata: Metadata;
}

export const invalid = (message: string, cause?: unknown) =>
  new TaskError("mediaInvalid", message, cause === undefined ? undefined : { cause });

/** @throws MediaInvalid for a file that is too large; to be asked before it is read. */
export function requireFileSize(name: string, size: number): void {
  if (size <= maxFileBytes) return;
  throw invalid(
    `${name} has ${megabytes(size)}, and ${megabytes(maxFileBytes)} is the limit: add a JPEG of the picture.`,
  );
}

/** @throws MediaInvalid for what is no picture, too large, or moves. */
export async function readHeader({ name, bytes }: PictureSource): Promise<PictureHeader> {
  const found = kindOf(bytes);
  if ("refused" in found)
    throw invalid(`${name} is ${found.refused}: add a JPEG, PNG, WebP, AVIF, TIFF or HEIC of the picture.`);
  requireFileSize(name, bytes.length);
  const { kind } = found;
  const metadata = await unlessDamaged({ name, kind }, () => sharp(bytes, { limitInputPixels: false }).metadata());
  const { width, height } = metadata;
  if (width * height > maxPixels)
    throw invalid(
      `${name} has ${width} × ${height} pixels, more than the ${Math.floor(maxPixels / 1e6)} million that are taken: add a smaller copy.`,
    );
  const moves = (metadata.pages ?? 1) > 1 && (kind === "gif" || kind === "webp" || kind === "avif");
  if (moves || (kind === "png" && isAnimatedPng(bytes)))
    throw invalid(
      `${name} is an animation${moves ? ` of ${metadata.pages} frames` : ""}: export one frame of it as a PNG or JPEG, and add that.`,
    );
  return { kind, width, height, metadata };
}

/** An animated PNG says so before its first pixels. */
function isAnimatedPng(bytes: Buffer): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const chunk = bytes.toString("latin1", at + 4, at + 8);
    if (chunk === "acTL") return true;
    if (chunk === "IDAT") return false;
  }
  return false;
}

/**
 * Hands `use` the picture as sharp reads it, upright and in the colours of its profile, when it is its turn:
 * only as many pictures are decoded at once as there are cores, and fewer of very large ones.
 *
 * @throws MediaInvalid where the file is damaged.
 */
export async function withPicture<T>(
  { name, bytes }: PictureSource,
  { kind, width, height, metadata }: PictureHeader,
  use: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const giveBack = await decoding.take(Math.max(width * height, share));
  try {
    return await unlessDamaged({ name, kind }, async () => {
      const options = { limitInputPixels: maxPixels, sequentialRead: true, failOn: "warning" as const };
      if (kind !== "heic") return await use(sharp(bytes, options).autoOrient());
      // The decoder has turned it already, as the container says; the EXIF of an iPhone says so once more.
      const pixels = await decodeHeic(bytes);
      const raw = { width: pixels.width, height: pixels.height, channels: 4 as const };
      return await use(
        metadata.icc === undefined
          ? sharp(pixels.rgba, { ...options, raw })
          : sharp(tiffOf({ ...pixels, icc: metadata.icc }), options),
      );
    });
  } finally {
    giveBack();
  }
}

async function unlessDamaged<T>(
  { name, kind }: { name: string; kind: PictureKind },
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // What a file is to blame for, sharp and the HEIC decoder throw as plain errors; the rest is ours.
    if (!(error instanceof Error) || error.name !== "Error" || "code" in error) throw error;
    const detail = error.message.trim().split("\n")[0];
    throw invalid(
      `${name} is a damaged ${originals[kind].label}, or not all of it is there (${detail}): copy it once more, or export it anew.`,
      error,
    );
  }
}
