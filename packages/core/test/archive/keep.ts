import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type AttributeValue, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { addMany } from "@twobytwo/core/adding/add-many";
import type { PictureFile } from "@twobytwo/core/adding/picture-files";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { changeSchedule } from "../schedule/change-schedule.ts";
import { countStock } from "../squares/table-fixture.ts";

export interface Kept {
  /** A name in a folder of its own. */
  file(name: string): string;
  studio(seed?: number): Promise<Studio>;
  close(): Promise<void>;
}

/** A folder for archives, and studios that are closed with it. */
export async function keep(): Promise<Kept> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-archive-"));
  const studios: Studio[] = [];
  return {
    file: (name) => path.join(directory, name),
    async studio(seed = 1) {
      const studio = await openStudio({ seed });
      studios.push(studio);
      return studio;
    },
    async close() {
      for (const studio of studios) await studio.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export async function addPaintings(studio: Studio, titles: readonly string[]): Promise<void> {
  async function* files(): AsyncGenerator<PictureFile> {
    for (const [number, title] of titles.entries())
      yield { name: `${number}.jpg`, size: 20_000, words: { title }, read: () => painting(number) };
  }
  await addMany(studio.ports, files(), {});
}

const oddKey = `drüben/${"a long name ".repeat(12)}.bin`;

/** Squares in many statuses, rows and objects that other programs wrote, and rows that say nothing elsewhere. */
export async function fillOddly(studio: Studio): Promise<void> {
  const { table, bucket } = studio.ports;
  await addPaintings(studio, ["Blue", "Two\u2028lines, ünd\nthree", "“Quoted” \\ 🎨", "Posted", "Held"]);
  const squares = await studio.squares();
  const idOf = (title: string) => squares.find((square) => square.title === title)?.id ?? "";
  const at = "2026-05-03T18:00:00.000Z";
  const posted = { tweetId: "1234567890123456789", postedAt: at, attempts: 1 };
  await changeStatus(table, { id: idOf("Posted"), from: "queued", to: "claimed", sortKey: at, now: at });
  await changeStatus(table, { id: idOf("Posted"), from: "claimed", to: "posted", sortKey: at, now: at, set: posted });
  const lastError = { name: "UnknownOutcome", message: "lost", at, execution: "arn:run" };
  await changeStatus(table, {
    id: idOf("Held"),
    from: "queued",
    to: "review",
    sortKey: at,
    now: at,
    set: { lastError },
  });

  const odd: Record<string, AttributeValue> = {
    id: { S: "odd" },
    status: { S: "draft" },
    sortKey: { S: at },
    objectKey: { S: oddKey },
    originalKey: { S: "empty" },
    B: { S: "a text under the name of a type" },
    digits: { N: "12345678901234567890.123" },
    templated: {
      M: { series: { S: "s" }, number: { N: "2" }, template: { S: "{n}" }, caption: { S: "2" }, at: { S: at } },
    },
    bytes: { B: new Uint8Array([0, 255, 10]) },
    deep: { M: { B: { L: [{ B: new Uint8Array([1]) }, { NULL: true }] }, sets: { BS: [new Uint8Array([2])] } } },
  };
  await put(studio, odd);
  await put(studio, { ...odd, id: { S: "dated" }, status: { S: "dated" }, sortKey: { S: "2099-12-24T17:00:00.000Z" } });
  await countStock(table, { draft: 1, dated: 1 });
  const facts = { ContentType: "image/x-odd", Metadata: { artist: "somebody" }, CacheControl: "max-age=1" };
  const objects = { [oddKey]: "odd bytes", empty: "" };
  for (const [Key, Body] of Object.entries(objects))
    await bucket.client.send(
      new PutObjectCommand({ Bucket: bucket.name, Key, Body, ContentLength: Body.length, ...facts }),
    );
  for (const id of ["#slot#2026-01-01T00:00:00Z", "#run#arn", "#day#2026-01-01", "#late"])
    await put(studio, { id: { S: id } });
}

async function put({ ports: { table } }: Studio, Item: Record<string, AttributeValue>): Promise<void> {
  await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
}

/** As a new deployment is. */
export async function empty(studio: Studio): Promise<void> {
  const { table, bucket, schedule } = studio.ports;
  const rows = Object.keys(await rowsOf(studio)).map((id) =>
    table.client.send(new DeleteCommand({ TableName: table.name, Key: { id } })),
  );
  const objects = (await studio.keys()).map((Key) =>
    bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key })),
  );
  await Promise.all([...rows, ...objects, changeSchedule(schedule, { State: "DISABLED" })]);
}

export type Rows = Record<string, Record<string, AttributeValue>>;

/** Every row as DynamoDB has it, by its id, but for the doubt that an import leaves on the table. */
export async function rowsOf({ ports: { table } }: Studio): Promise<Rows> {
  const rows: Rows = {};
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({ TableName: table.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const { unconfirmed: _, ...item } of page.Items ?? []) rows[item["id"]?.S ?? ""] = sorted(item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
}

/** A set has no order. */
const sorted = (item: Record<string, AttributeValue>) =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, value.SS ? { SS: [...value.SS].sort() } : value]),
  );

/** Every object: its bytes and all that S3 says of it, by its key. */
export async function objectsOf(studio: Studio) {
  const { bucket } = studio.ports;
  const objects: Record<string, unknown> = {};
  for (const Key of await studio.keys()) {
    const { Body, ContentType, Metadata, CacheControl } = await bucket.client.send(
      new GetObjectCommand({ Bucket: bucket.name, Key }),
    );
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []).toString("base64");
    objects[Key] = { bytes, ContentType, Metadata, CacheControl };
  }
  return objects;
}
