import { GetObjectCommand } from "@aws-sdk/client-s3";
import * as v from "valibot";
import { type Added, addSquare } from "../adding/add-square.ts";
import { titleOf } from "../adding/picture-files.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import { requireFileSize } from "../pictures/read.ts";
import type { Ports } from "../ports.ts";
import { type IngestedUpload, ingestUpload } from "./ingest-upload.ts";
import { type Drop, inboxKeys, squareIdOf } from "./keys.ts";
import { refuse, removeDrop } from "./refuse.ts";
import { readUpload, uploadIdOf } from "./uploads.ts";

/** The part that counts of the event "Object Created" which S3 sends through EventBridge. */
export const ObjectCreated = v.object({
  detail: v.object({
    bucket: v.object({ name: v.string() }),
    object: v.object({ key: v.pipe(v.string(), v.minLength(1)) }),
  }),
});
export type ObjectCreated = v.InferOutput<typeof ObjectCreated>;

/** The id of a new square follows from what was dropped. */
export type IngestPorts = Omit<Ports, "newId">;

export type Ingested =
  | { outcome: "added"; squareId: string; key: string; warnings: string[] }
  /** `movedTo` is absent where another delivery has moved it. */
  | { outcome: "refused"; key: string; reason: string; movedTo?: string }
  /** No file of the inbox: a folder, a key elsewhere, or one that another delivery has dealt with. */
  | { outcome: "nothing"; key: string }
  | IngestedUpload;

/**
 * Takes in a file that was dropped below `inbox/`, as `addSquare` does, with a title from its name, and takes it
 * from the inbox: its bytes stay as the square's original. What cannot be a square, and what is one already or
 * looks like one, is moved below `refused/` with the reason beside it. What the web app's users send has a row of
 * its own, and the outcome goes there: see `ingestUpload`.
 *
 * An event may come late, twice, twice at once, or again after a crash at any point: one drop makes one square.
 *
 * @throws Rejected for an event of another bucket; Retryable and what concerns all files, with the file untouched.
 */
export async function ingest(ports: IngestPorts, { detail }: ObjectCreated): Promise<Ingested> {
  const { bucket } = ports;
  if (detail.bucket.name !== bucket.name)
    throw new TaskError(
      "rejected",
      `The event is about the bucket ${detail.bucket.name}, but this function handles ${bucket.name}: correct the rule that sends it.`,
    );
  for (const key of inboxKeys(detail.object.key)) {
    const found = await open(ports, key);
    if (found === undefined) continue;
    const upload = await uploadOf(ports, key);
    return upload === undefined ? takeIn(ports, found) : ingestUpload(ports, found, upload);
  }
  return { outcome: "nothing", key: detail.object.key };
}

/** What the web app's user said of a file; of one that was dropped by hand, and of one whose row is gone, nobody did. */
async function uploadOf(ports: IngestPorts, key: string) {
  const uploadId = uploadIdOf(key);
  if (uploadId === undefined) return undefined;
  const upload = await persistently(ports, "Reading the upload", () => readUpload(ports.table, uploadId));
  return upload?.key === key ? upload : undefined;
}

interface Found {
  drop: Drop;
  /** What cannot be a picture by its size alone is not read. */
  bytes: Buffer | TaskError;
}

async function open({ bucket, random, sleep }: IngestPorts, key: string): Promise<Found | undefined> {
  return persistently({ random, sleep }, `Reading s3://${bucket.name}/${key}`, async () => {
    try {
      const object = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
      const { Body, ContentLength = 0, ETag, LastModified } = object;
      if (Body === undefined || ETag === undefined || LastModified === undefined)
        throw new TaskError("retryable", `s3://${bucket.name}/${key} came without its body or its facts`);
      const drop = { key, eTag: ETag, lastModified: LastModified };
      const tooLarge = sizeMistake(key, ContentLength);
      if (tooLarge === undefined) return { drop, bytes: Buffer.from(await Body.transformToByteArray()) };
      // Not read to its end, the connection would stay busy until the object has arrived.
      if ("destroy" in Body) Body.destroy();
      return { drop, bytes: tooLarge };
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  });
}

function sizeMistake(key: string, size: number): TaskError | undefined {
  try {
    requireFileSize(nameOf(key), size);
    return undefined;
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
}

/** As a person knows the file. */
const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);

async function takeIn(ports: IngestPorts, { drop, bytes }: Found): Promise<Ingested> {
  const { key } = drop;
  const squareId = squareIdOf(drop);
  const added = await add({ ...ports, newId: () => squareId }, key, bytes);
  if (!(added instanceof TaskError) && (added.added || added.equals.id === squareId)) {
    await removeDrop(ports, drop);
    return { outcome: "added", squareId, key, warnings: added.added ? added.warnings : [] };
  }
  const reason = reasonOf(nameOf(key), added);
  const movedTo = await refuse(ports, drop, reason);
  return { outcome: "refused", key, reason, ...(movedTo !== undefined && { movedTo }) };
}

/** What was added, or why nothing can be made of this file; everything else is thrown. */
async function add(ports: Ports, key: string, bytes: Buffer | TaskError): Promise<Added | TaskError> {
  if (bytes instanceof TaskError) return bytes;
  const name = nameOf(key);
  try {
    return await addSquare(ports, { name, bytes, title: titleOf(name) });
  } catch (error) {
    if (error instanceof TaskError && (error.name === "MediaInvalid" || error.name === "Rejected")) return error;
    throw error;
  }
}

function reasonOf(name: string, refused: TaskError | (Added & { added: false })): string {
  if (refused instanceof TaskError) return refused.message;
  const { why, message, equals } = refused;
  const wayOut =
    why === "same"
      ? "it was not added again, so you can delete this copy."
      : `if it is a different picture, add it with: 2x2 add --allow-similar ${JSON.stringify(name)}`;
  return `${name}: ${message} (square ${equals.id}): ${wayOut}`;
}
