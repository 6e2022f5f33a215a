import { Readable } from "node:stream";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { fromAwsError } from "../aws-errors.ts";
import type { Bucket } from "../bucket.ts";
import { TaskError } from "../errors.ts";
import { maxBytes, type PictureStream, requirePicture, requireSize } from "../pictures/postable.ts";

const largest = Math.max(...Object.values(maxBytes));

/**
 * Opens a picture of the bucket as soon as its first bytes are here. An error of the rest is thrown where the chunks
 * are read.
 *
 * @throws MediaMissing, MediaInvalid (too large, or not a picture), Retryable.
 */
export async function fetchPicture(bucket: Bucket, objectKey: string): Promise<PictureStream> {
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
