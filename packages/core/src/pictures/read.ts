import { availableParallelism } from "node:os";
import sharp, { type Metadata, type Sharp } from "sharp";
import { createBudget } from "../concurrency/budget.ts";
import { TaskError } from "../errors.ts";
import { decodeHeic } from "./heic.ts";
import { kindOf, originals, type PictureKind } from "./kind.ts";
import { decodedBytes, mostDecodedBytes, wayOutOf } from "./memory.ts";
import { megabytes } from "./postable.ts";
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

/** As much as one picture may take is shared by all that are decoded at once: a few of them, or one large one. */
const decoding = createBudget(mostDecodedBytes);
const share = mostDecodedBytes / availableParallelism();

/** What a header says of a picture, before any pixel is decoded. */
export interface PictureHeader {
  kind: PictureKind;
  /** As stored, before it is turned. */
  width: number;
  height: number;
  /** Bytes of memory that decoding it takes at the most. */
  needed: number;
  metadata: Metadata;
}

export const invalid = (message: string, cause?: unknown) =>
  new TaskError("mediaInvalid", message, cause === undefined ? undefined : { cause });

/** @throws MediaInvalid for a file that is too large; to be asked before it is read. */
export function requireFileSize(name: string, size: number): void {
  if (size <= maxFileBytes) return;
  throw invalid(
    `${name} is ${megabytes(size)}, and the limit is ${megabytes(maxFileBytes)}: add a JPEG of the picture.`,
  );
}

/** @throws MediaInvalid for what is no picture, too large, moves, or would take more memory than there is. */
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
      `${name} has ${width} × ${height} pixels, more than the ${Math.floor(maxPixels / 1e6)} million that are accepted: add a smaller copy.`,
    );
  const needed = decodedBytes(kind, metadata, bytes);
  if (needed > mostDecodedBytes)
    throw invalid(
      `${name} has ${thousands(width)} × ${thousands(height)} pixels${heldWhole(kind, metadata)}: opening it could take ${gigabytes(needed)} of memory, and the limit for one picture is ${gigabytes(mostDecodedBytes)}. Next: ${wayOutOf(kind, metadata)}.`,
    );
  const moves = (metadata.pages ?? 1) > 1 && (kind === "gif" || kind === "webp" || kind === "avif");
  if (moves || (kind === "png" && isAnimatedPng(bytes)))
    throw invalid(
      `${name} is an animation${moves ? ` of ${metadata.pages} frames` : ""}: export one frame of it as a PNG or JPEG, and add that.`,
    );
  return { kind, width, height, needed, metadata };
}

const thousands = (count: number) => count.toLocaleString("en");
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function heldWhole(kind: PictureKind, { isProgressive }: Metadata): string {
  if (!isProgressive) return "";
  if (kind === "jpeg") return " and is a progressive JPEG";
  return kind === "png" ? " and is an interlaced PNG" : "";
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
 * only as many pictures are decoded at once as there are cores, and fewer of those that take much memory.
 *
 * @throws MediaInvalid where the file is damaged.
 */
export async function withPicture<T>(
  { name, bytes }: PictureSource,
  { kind, needed, metadata }: PictureHeader,
  use: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const giveBack = await decoding.take(Math.max(needed, share));
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
      `${name} is a damaged ${originals[kind].label}, or is incomplete (${detail}): copy or export it again.`,
      error,
    );
  }
}
