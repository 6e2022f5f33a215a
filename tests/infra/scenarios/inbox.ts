import { PutObjectCommand } from "@aws-sdk/client-s3";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { ObjectCreated } from "@twobytwo/core/inbox/ingest";
import { writePause } from "@twobytwo/core/schedule/pause";
import { painting } from "@twobytwo/core/test/pictures/pictures";
import { countStock } from "@twobytwo/core/test/squares/table-fixture";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { names } from "@twobytwo/sandbox/names";
import type { Stage } from "@twobytwo/sandbox/test/stage";
import sharp from "sharp";
import * as v from "valibot";

async function drop(stage: Stage, name: string, Body: Uint8Array): Promise<void> {
  const { client, name: Bucket } = stage.ports.bucket;
  await client.send(new PutObjectCommand({ Bucket, Key: `inbox/${name}`, Body }));
  await stage.sandbox.inbox.idle();
}

/** A picture that wakes what the workflow paused, the same one again, one that looks like it, no picture at all, and an event that comes too late. */
export async function inboxScenarios(stage: Stage): Promise<void> {
  const bytes = await painting(1);
  await writePause(stage.ports.table, { pausedBy: "workflow", pausedAt: new Date().toISOString() });
  await drop(stage, "one.jpg", bytes);
  await drop(stage, "the same.jpg", bytes);
  await drop(stage, "alike.jpg", await sharp(bytes).jpeg({ quality: 70 }).toBuffer());
  await drop(stage, "read me.txt", Buffer.from("Please post these.\n"));
  const event = {
    "detail-type": "Object Created",
    source: "aws.s3",
    detail: { bucket: { name: names.bucket }, object: { key: "inbox/one.jpg", size: bytes.length, etag: "0" } },
  };
  v.parse(ObjectCreated, event);
  await stage.sandbox.lambda.invoke(functionArn("ingest"), event);
  const { queued } = await stage.stock();
  if (queued !== 1) throw new Error(`One picture of five files is a square, and there are ${queued}`);
}

/** Where new squares go to any place of the queue: of a short one, and of one too long to be read. */
export async function shuffledInbox(stage: Stage): Promise<void> {
  for (const number of [21, 22]) await drop(stage, `${number}.jpg`, await painting(number));
  const { client, name } = stage.ports.table;
  const many = Array.from({ length: 201 }, (_, number) => `QUEUED${String(number).padStart(3, "0")}`);
  for (let at = 0; at < many.length; at += 25)
    await client.send(
      new BatchWriteCommand({
        RequestItems: {
          [name]: many.slice(at, at + 25).map((id) => ({
            PutRequest: { Item: { id, status: "queued", sortKey: id, objectKey: `squares/${id}.jpg`, title: id } },
          })),
        },
      }),
    );
  await countStock(stage.ports.table, { queued: many.length });
  for (const number of [23, 24]) await drop(stage, `${number}.jpg`, await painting(number));
}
