import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "./clock.ts";
import { type Bucket, type PictureType, requirePicture } from "./media.ts";
import { conditionFailed } from "./move.ts";
import type { RankAtEnd } from "./rank.ts";
import { enableSchedule, type Schedule } from "./schedule.ts";
import type { Square } from "./square.ts";
import { countMove } from "./stock.ts";
import { rowsByStatus, type Table } from "./table.ts";

export interface AddPorts {
  table: Table;
  bucket: Bucket;
  schedule: Schedule;
  clock: Clock;
  rankAtEnd: RankAtEnd;
  /** Makes the id of a new square, a ULID. */
  newId: () => string;
}

export interface NewSquare {
  /** The file as a person knows it; said in errors, and kept nowhere. */
  name: string;
  bytes: Uint8Array;
  title: string;
  caption?: string;
  altText?: string;
  series?: string;
}

export type Added = { added: true; square: Square } | { added: false; equals: string };

const extensions: Record<PictureType, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
};

/**
 * Adds a picture at the end of the queue and wakes the schedule. The object is named by its content and
 * the row is written last, with the stock and a mark of the content in one transaction: cut off anywhere
 * and run again, it adds the picture once.
 *
 * @returns `added: false` and the square that has the very same picture, if there is one.
 * @throws MediaInvalid for what X would refuse.
 */
export async function addSquare(ports: AddPorts, input: NewSquare): Promise<Added> {
  const { table, bucket, clock } = ports;
  const contentType = requirePicture(input.name, input.bytes);
  const sha256 = createHash("sha256").update(input.bytes).digest("hex");
  const equals = await squareWith(table, sha256);
  if (equals !== undefined) return { added: false, equals };

  const objectKey = `squares/${sha256}.${extensions[contentType]}`;
  await bucket.client.send(
    new PutObjectCommand({ Bucket: bucket.name, Key: objectKey, Body: input.bytes, ContentType: contentType }),
  );
  const [last] = await rowsByStatus(table, { status: "queued", limit: 1, backwards: true });
  const now = new Date(clock()).toISOString();
  const square: Square = {
    id: ports.newId(),
    status: "queued",
    sortKey: ports.rankAtEnd(last?.sortKey),
    objectKey,
    title: input.title,
    caption: input.caption,
    altText: input.altText,
    series: input.series,
    contentType,
    bytes: input.bytes.length,
    sha256,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const written = await write(table, square, sha256);
  if (!written) return { added: false, equals: (await squareWith(table, sha256)) ?? "another square" };
  await enableSchedule(ports.schedule);
  return { added: true, square };
}

const markOf = (sha256: string) => `#sha256#${sha256}`;

async function squareWith(table: Table, sha256: string): Promise<string | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: markOf(sha256) }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : String(Item["squareId"]);
}

async function write(table: Table, square: Square, sha256: string): Promise<boolean> {
  const absent = { TableName: table.name, ConditionExpression: "attribute_not_exists(id)" };
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { ...absent, Item: { id: markOf(sha256), squareId: square.id } } },
          { Put: { ...absent, Item: square } },
          countMove(table, undefined, "queued"),
        ],
      }),
    );
    return true;
  } catch (error) {
    if (conditionFailed(error, 0)) return false;
    throw error;
  }
}
