import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Bucket } from "../bucket.ts";
import type { Clock } from "../clock.ts";
import type { Naming } from "./survey.ts";

/** Where adding a square puts its objects; what lies elsewhere is somebody else's. */
const prefixes = ["originals/", "squares/", "thumbnails/"] as const;

export interface Stray {
  key: string;
  /** Milliseconds since the epoch, by the clock of the bucket. */
  writtenAt: number;
}

export interface Objects {
  /** No square names them. */
  strays: Stray[];
  /** A square names them, and they are not there. */
  missing: (Naming & { key: string })[];
}

const atOnce = 16;

/** Compares the bucket with the keys that the squares name; they have to be read first, and the bucket then. */
export async function compareObjects(bucket: Bucket, named: ReadonlyMap<string, Naming>): Promise<Objects> {
  const unseen = new Map(named);
  const strays: Stray[] = [];
  for (const prefix of prefixes)
    for await (const stray of objectsUnder(bucket, prefix)) {
      unseen.delete(stray.key);
      if (!named.has(stray.key)) strays.push(stray);
    }
  const missing: Objects["missing"] = [];
  const left = [...unseen];
  for (let index = 0; index < left.length; index += atOnce) {
    const some = left.slice(index, index + atOnce);
    // Rows of other programs name objects elsewhere in the bucket.
    const written = await Promise.all(some.map(([key]) => writtenAt(bucket, key)));
    missing.push(...some.flatMap(([key, naming], at) => (written[at] === undefined ? [{ ...naming, key }] : [])));
  }
  return { strays, missing };
}

/** All objects whose keys begin with `Prefix`, a page at a time. */
export async function* objectsUnder(bucket: Bucket, Prefix: string): AsyncGenerator<Stray> {
  let token: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({
        Bucket: bucket.name,
        Prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    // A "folder" that somebody made in the console is an object of its own.
    for (const { Key, LastModified } of page.Contents ?? [])
      if (Key !== undefined && LastModified && Key !== Prefix) yield { key: Key, writtenAt: LastModified.getTime() };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** Undefined where there is no such object. */
async function writtenAt(bucket: Bucket, Key: string): Promise<number | undefined> {
  try {
    const { LastModified } = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
    return LastModified?.getTime() ?? 0;
  } catch (error) {
    if ((error as Error).name === "NotFound" || (error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}

/**
 * Deletes objects that were written before a time. Each is looked at once more: an interrupted add that is run
 * again writes the same objects anew, and they are its own then.
 *
 * @returns the keys that were deleted.
 */
export async function deleteStrays(
  bucket: Bucket,
  { strays, before }: { strays: readonly Stray[]; before: number },
): Promise<string[]> {
  const deleted: string[] = [];
  const old = strays.filter((stray) => stray.writtenAt < before);
  for (let index = 0; index < old.length; index += atOnce) {
    await Promise.all(
      old.slice(index, index + atOnce).map(async ({ key }) => {
        const written = await writtenAt(bucket, key);
        if (written === undefined || written >= before) return;
        await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
        deleted.push(key);
      }),
    );
  }
  return deleted.sort();
}

export interface BucketTime {
  /** By the bucket's clock, to the second; milliseconds since the epoch. */
  bucket: number;
  /** By this machine's, in the middle of the call. */
  here: number;
}

/**
 * Puts, reads and deletes an object of a few bytes, and reads the time off the first answer.
 *
 * @throws what S3 answers; an Error where it does not give back what it took.
 */
export async function tryBucket(
  bucket: Bucket,
  { clock, nonce }: { clock: Clock; nonce: string },
): Promise<BucketTime> {
  const where = { Bucket: bucket.name, Key: `doctor/${nonce}.txt` };
  const put = new PutObjectCommand({ ...where, Body: nonce });
  let date: string | undefined;
  put.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers?: Record<string, string> }).headers?.["date"];
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  const sent = clock();
  await bucket.client.send(put);
  const here = (sent + clock()) / 2;
  try {
    const { Body } = await bucket.client.send(new GetObjectCommand(where));
    const text = await Body?.transformToString();
    if (text !== nonce)
      throw new Error(`The bucket returned something other than what was written (${String(text).slice(0, 40)}).`);
  } finally {
    await bucket.client.send(new DeleteObjectCommand(where));
  }
  const time = Date.parse(date ?? "");
  if (Number.isNaN(time)) throw new Error(`S3 answered without the time (Date: ${date}).`);
  return { bucket: time, here };
}
