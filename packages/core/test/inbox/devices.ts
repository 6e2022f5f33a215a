import { PutObjectCommand } from "@aws-sdk/client-s3";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { addDevice } from "@twobytwo/core/access/devices";
import { type Ingested, ingest } from "@twobytwo/core/inbox/ingest";
import { type Opening, openUpload, type Upload, uploadKey } from "@twobytwo/core/inbox/uploads";
import type { Table } from "@twobytwo/core/squares/table";
import type { Studio } from "../adding/studio.ts";

/** Makes a passkey one of the owner's. */
export async function admit(table: Table, credentialId: string): Promise<void> {
  const at = new Date().toISOString();
  const device = {
    credentialId,
    name: `The ${credentialId}`,
    publicKey: new Uint8Array([1]),
    counter: 0,
    transports: [],
    createdAt: at,
    seenAt: at,
  };
  await table.client.send(new TransactWriteCommand({ TransactItems: addDevice(table, device) }));
}

export function uploadOf(uploadId: string, device: string): Upload {
  return {
    uploadId,
    name: "blue.jpg",
    key: uploadKey(uploadId, "blue.jpg"),
    title: "Blue",
    device,
    allowSimilar: false,
    outcome: { state: "waiting" },
  };
}

/** Has a device open an upload, and puts its picture into the bucket. */
export async function send(
  { ports }: Studio,
  { upload, bytes, now = Date.now() }: { upload: Upload; bytes: Buffer; now?: number },
): Promise<Opening> {
  const opening = await openUpload(ports.table, upload, now);
  await putAgain({ ports }, { upload, bytes });
  return opening;
}

/** Sends a picture by a form that is there already. */
export async function putAgain({ ports }: Pick<Studio, "ports">, { upload, bytes }: { upload: Upload; bytes: Buffer }) {
  const { client, name: Bucket } = ports.bucket;
  await client.send(new PutObjectCommand({ Bucket, Key: upload.key, Body: bytes }));
}

/** As the Lambda does it, which makes no ids of its own. */
export function deliver(
  { ports }: Studio,
  { key }: Pick<Upload, "key">,
  changed: { sleep?: () => Promise<unknown>; clock?: () => number } = {},
): Promise<Ingested> {
  const { newId: _, ...without } = ports;
  const event = { detail: { bucket: { name: ports.bucket.name }, object: { key } } };
  return ingest({ ...without, ...changed }, event);
}
