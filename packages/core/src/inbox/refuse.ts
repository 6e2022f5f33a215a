import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Bucket } from "../bucket.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { type Drop, refusedKeys } from "./keys.ts";

type OwnPorts = Pick<Ports, "bucket" | "random" | "sleep">;

/** Says of a text in the bucket that it is the reason beside a file, and not a file that somebody dropped. */
const reasonMark = { "twobytwo-reason": "yes" };

/**
 * Moves a file out of the inbox, with the reason in a text beside it. Nothing that stands there is written over, and
 * what the inbox has under this key by now, if that is another file, stays.
 *
 * @returns where it stands; undefined where another delivery has moved it, or another file has taken its place.
 * @throws Retryable, with the file still in the inbox.
 */
export function refuse(ports: OwnPorts, drop: Drop, reason: string): Promise<string | undefined> {
  const { bucket } = ports;
  return persistently(ports, `Moving s3://${bucket.name}/${drop.key} out of the inbox`, async () => {
    try {
      const waiting = await head(bucket, drop.key);
      if (waiting?.ETag !== drop.eTag) return undefined;
      const key = await placeOf(bucket, drop);
      await copy(bucket, drop, key);
      await putReason(bucket, key, reason);
      await deleteDrop(bucket, drop);
      return key;
    } catch (error) {
      throw passing(error);
    }
  });
}

/** Takes a file from the inbox, unless another one has taken its place. */
export function removeDrop(ports: OwnPorts, drop: Drop): Promise<void> {
  const { bucket } = ports;
  return persistently(ports, `Deleting s3://${bucket.name}/${drop.key}`, async () => {
    try {
      await deleteDrop(bucket, drop);
    } catch (error) {
      throw passing(error);
    }
  });
}

async function deleteDrop(bucket: Bucket, { key, eTag }: Drop): Promise<void> {
  try {
    await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key, IfMatch: eTag }));
  } catch (error) {
    const { name } = error as Error;
    if (name === "PreconditionFailed" || name === "NoSuchKey" || name === "NotFound") return;
    throw error;
  }
}

async function placeOf(bucket: Bucket, drop: Drop): Promise<string> {
  const [own, other] = refusedKeys(drop);
  const [file, text] = await Promise.all([head(bucket, own), head(bucket, reasonKey(own))]);
  const isFree = file === undefined || file.ETag === drop.eTag;
  return isFree && (text === undefined || isReason(text)) ? own : other;
}

const reasonKey = (key: string) => `${key}.txt`;
const isReason = ({ Metadata }: HeadObjectCommandOutput) =>
  Object.entries(reasonMark).every(([name, value]) => Metadata?.[name] === value);

async function copy(bucket: Bucket, { key, eTag }: Drop, to: string): Promise<void> {
  if ((await head(bucket, to)) !== undefined) return;
  await bucket.client.send(
    new CopyObjectCommand({
      Bucket: bucket.name,
      Key: to,
      CopySource: [bucket.name, ...key.split("/")].map(encodeURIComponent).join("/"),
      CopySourceIfMatch: eTag,
      IfNoneMatch: "*",
    }),
  );
}

async function putReason(bucket: Bucket, key: string, reason: string): Promise<void> {
  const before = await head(bucket, reasonKey(key));
  await bucket.client.send(
    new PutObjectCommand({
      Bucket: bucket.name,
      Key: reasonKey(key),
      Body: `${reason}\n`,
      ContentType: "text/plain; charset=utf-8",
      Metadata: reasonMark,
      ...(before?.ETag === undefined ? { IfNoneMatch: "*" } : { IfMatch: before.ETag }),
    }),
  );
}

async function head(bucket: Bucket, key: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }));
  } catch (error) {
    if ((error as Error).name === "NotFound") return undefined;
    throw error;
  }
}

/** Two that write in the same moment: whoever comes second looks again. */
function passing(error: unknown): unknown {
  const { name, message } = error as Error;
  const meets = name === "PreconditionFailed" || name === "ConditionalRequestConflict" || name === "NoSuchKey";
  return meets
    ? new TaskError("retryable", `Another delivery is handling it too (${message})`, { cause: error })
    : error;
}
