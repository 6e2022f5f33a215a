import { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { fromAwsError } from "../aws-errors.ts";
import { TaskError } from "../errors.ts";

export interface Bucket {
  client: S3Client;
  name: string;
}

export const pictureTypes = ["image/jpeg", "image/png", "image/webp", "image/gif"] as const;
export type PictureType = (typeof pictureTypes)[number];

const mebibyte = 1024 * 1024;
/** Bytes that X takes; docs.x.com, "Media best practices". */
export const maxBytes: Record<PictureType, number> = {
  "image/jpeg": 5 * mebibyte,
  "image/png": 5 * mebibyte,
  "image/webp": 5 * mebibyte,
  "image/gif": 15 * mebibyte,
};
const largest = Math.max(...Object.values(maxBytes));

/** A picture on its way, to be read once. */
export interface Picture {
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

function requireSize(name: string, size: number, limit: number): void {
  if (size <= limit) return;
  throw new TaskError(
    "mediaInvalid",
    `${name} has ${megabytes(size)}, and X takes ${megabytes(limit)} at most: add a smaller copy of the picture.`,
  );
}

/**
 * Opens a picture of the bucket as soon as its first bytes are here. An error of the rest is thrown where the chunks
 * are read.
 *
 * @throws MediaMissing, MediaInvalid (too large, or not a picture), Retryable.
 */
export async function fetchPicture(bucket: Bucket, objectKey: string): Promise<Picture> {
  const name = `s3://${bucket.name}/${objectKey}`;
  const reading = (error: unknown) => missing(error, name) ?? fromAwsError(error, `Reading ${name}`);
  try {
    const { Body, ContentLength: size = 0 } = await bucket.client.send(
      new GetObjectCommand({ Bucket: bucket.name, Key: objectKey }),
    );
    if (!(Body instanceof Readable)) throw new TaskError("retryable", `${name} came without a body.`);
    const rest: AsyncIterator<Uint8Array> = Body[Symbol.asyncIterator]();
    try {
      requireSize(name, size, largest);
      const start = await firstBytes(rest);
      const contentType = requirePicture(name, start, size);
      return { contentType, size, chunks: continued(start, rest, reading), discard: () => Body.destroy() };
    } catch (error) {
      // Not read to its end, the connection would stay busy until the object has arrived.
      Body.destroy();
      throw error;
    }
  } catch (error) {
    throw reading(error);
  }
}

/** Enough of it to tell what it is. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < 12; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return Buffer.concat(parts);
}

async function* continued(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  failure: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  yield start;
  try {
    yield* { [Symbol.asyncIterator]: () => rest };
  } catch (error) {
    throw failure(error);
  }
}

function missing(error: unknown, name: string): TaskError | undefined {
  const code = (error as Error).name;
  if (code === "NoSuchKey")
    return new TaskError("mediaMissing", `${name} does not exist: add the picture again, or withdraw the square.`, {
      cause: error,
    });
  // Without the right to list, S3 says "denied" of an object that does not exist.
  if (code === "AccessDenied")
    return new TaskError(
      "mediaMissing",
      `${name} does not exist, or this function's role may not read it: add the picture again, or check the role.`,
      { cause: error },
    );
  return undefined;
}
