import { TaskError } from "../errors.ts";

const pictureTypes = ["image/jpeg", "image/png", "image/webp", "image/gif"] as const;

export type PictureType = (typeof pictureTypes)[number];

const mebibyte = 1024 * 1024;

/** Bytes that X takes; docs.x.com, "Media best practices". */
export const maxBytes: Record<PictureType, number> = {
  "image/jpeg": 5 * mebibyte,
  "image/png": 5 * mebibyte,
  "image/webp": 5 * mebibyte,
  "image/gif": 15 * mebibyte,
};

/** Bytes that every network takes, Bluesky the fewest; the lexicon of app.bsky.embed.images. */
export const smallBytes = 2_000_000;

/** Pixels of a side. X documents none; "Image dimensions must be >= 4x4" is what its API was seen to answer. */
const smallestSide = 4;

/** A picture on its way, to be read once. */
export interface PictureStream {
  contentType: PictureType;
  /** Bytes in all. */
  size: number;
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Lets go of the source, where nobody is going to read it. */
  discard?: () => void;
}

/** What a file is, by its first bytes and never by its name. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (bytes[0] === 0x89 && ascii(1, 8) === "PNG\r\n\x1a\n") return "image/png";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return "image/webp";
  if (ascii(0, 4) === "GIF8") return "image/gif";
  return undefined;
}

export const megabytes = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MB`;

/**
 * @param bytes the picture, or its beginning where `size` says how many bytes it has.
 * @throws MediaInvalid for what X would refuse; `name` is said in the message.
 */
export function requirePicture(name: string, bytes: Uint8Array, size = bytes.length): PictureType {
  const contentType = pictureTypeOf(bytes);
  if (contentType === undefined)
    throw new TaskError(
      "mediaInvalid",
      `${name} is not a JPEG, PNG, WebP or GIF (it starts with ${startOf(bytes)}): add the picture again from its original.`,
    );
  requireSize(name, size, maxBytes[contentType]);
  return contentType;
}

function startOf(bytes: Uint8Array): string {
  return bytes.length === 0
    ? "nothing: the file is empty"
    : JSON.stringify(Buffer.from(bytes.subarray(0, 12)).toString("latin1"));
}

export function requireSize(name: string, size: number, limit: number): void {
  if (size <= limit) return;
  throw new TaskError(
    "mediaInvalid",
    `${name} is ${megabytes(size)}, and X accepts at most ${megabytes(limit)}: add a smaller copy of the picture.`,
  );
}

/** @throws MediaInvalid for a picture with fewer pixels than X takes. */
export function requireSides(name: string, { width, height }: { width: number; height: number }): void {
  if (Math.min(width, height) >= smallestSide) return;
  throw new TaskError(
    "mediaInvalid",
    `${name} would be posted with ${width} × ${height} pixels, and X needs at least ${smallestSide} on each side: add a larger copy of the picture.`,
  );
}
