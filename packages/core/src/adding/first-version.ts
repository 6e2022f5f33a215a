import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { readStockRow } from "../squares/stock.ts";
import { doubtOf, markUnconfirmed } from "../squares/table-identity.ts";
import { type AddProgress, type AddSummary, addMany } from "./add-many.ts";
import { compareNaturally, type PictureFile, titleOf } from "./picture-files.ts";

/** Where the first version kept its squares; reached with the credentials of this deployment. */
export interface Legacy {
  table: string;
  bucket: string;
}

/** As DynamoDB writes it. */
type Item = Record<string, AttributeValue>;

/** A row of the first version. */
export interface LegacyRow {
  /** The name of its object. */
  id: string;
  title: string;
  /** When it was to be posted; absent: it is posted. */
  processTime?: string;
}

export interface LegacyRows {
  /** In the order in which they were to be posted. */
  unposted: LegacyRow[];
  posted: LegacyRow[];
}

export interface LegacySummary extends AddSummary {
  /** How many of the added ones were posted by the first version, and are kept out of the queue. */
  posted: number;
  /** Why nothing is posted from this table before `confirmTable`, in words; absent where it may be posted from. */
  unconfirmed?: string;
}

/**
 * Reads the first version's table, once and page by page. All rows are kept, since their order is known only at the end;
 * of each its name, title and time.
 *
 * @throws Rejected where there is no such table or bucket, or the rows are not the first version's.
 */
export async function readLegacy(ports: Ports, { table, bucket }: Legacy): Promise<LegacyRows> {
  await requireBucket(ports, bucket);
  const found: LegacyRows = { unposted: [], posted: [] };
  for await (const page of pagesOf(ports, table))
    for (const item of page) {
      const row = legacyRow(item, table);
      (row.processTime === undefined ? found.posted : found.unposted).push(row);
    }
  found.unposted.sort(compareTimes);
  found.posted.sort((one, other) => compareNaturally(one.id, other.id));
  return found;
}

async function requireBucket(ports: Ports, Bucket: string): Promise<void> {
  await persistently(ports, `Reading the bucket ${Bucket}`, () =>
    ports.bucket.client.send(new HeadBucketCommand({ Bucket })).catch((error: unknown) => {
      if (statusOf(error) !== 404) throw error;
      throw new TaskError("rejected", `There is no bucket ${Bucket}: check --bucket.`, { cause: error });
    }),
  );
}

async function* pagesOf(ports: Ports, TableName: string): AsyncGenerator<Item[]> {
  let from: Item | undefined;
  do {
    const page = await persistently(ports, `Reading the table ${TableName}`, () =>
      ports.table.client
        .send(new ScanCommand({ TableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }))
        .catch((error: unknown) => {
          if ((error as Error).name !== "ResourceNotFoundException") throw error;
          throw new TaskError("rejected", `There is no table ${TableName}: check --table and the region.`, {
            cause: error,
          });
        }),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

function legacyRow(item: Item, table: string): LegacyRow {
  const id = item["id"]?.S;
  if (id === undefined || id === "")
    throw new TaskError(
      "rejected",
      `The rows of ${table} have no id of type string: this is not the first version's table.`,
    );
  const time = item["process_time"];
  return {
    id,
    title: item["title"]?.S?.trim() || titleOf(id),
    ...(time !== undefined && { processTime: time.N ?? time.S ?? "" }),
  };
}

/** Numbers of seconds or milliseconds, or times in words that sort as text. */
function compareTimes(one: LegacyRow, other: LegacyRow): number {
  const [a = "", b = ""] = [one.processTime, other.processTime];
  const [x, y] = [Number(a), Number(b)];
  const areNumbers = a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y);
  const order = areNumbers ? x - y : Number(a > b) - Number(a < b);
  return order || compareNaturally(one.id, other.id);
}

/**
 * Makes squares of the first version's rows, with the pipeline that adds pictures: what was posted becomes posted
 * squares, without the id of a post, which was never written down; what was not comes to the end of the queue in its
 * order. A picture is known by its content, so that a second run changes nothing. Before the first square comes into the
 * queue, the table is marked as one from which nothing is posted until a person confirms it: the first version may still
 * be posting.
 *
 * @param input.signal Ends it after the pictures at work; run again, it goes on.
 * @throws what stops everything, such as a bucket that does not exist.
 */
export async function importLegacy(
  ports: Ports,
  input: { legacy: Legacy; rows: LegacyRows; signal?: AbortSignal },
  onProgress: (progress: AddProgress) => void = () => {},
): Promise<LegacySummary> {
  const { posted, unposted } = input.rows;
  // First, so that a picture that is there twice is not posted again.
  const asPosted = { status: "posted", allowSimilar: true } as const;
  const before = await addMany(ports, filesOf(ports, input, posted), asPosted, onProgress);
  const done = before.added.length + before.skipped.length + before.refused.length;
  let isMarked = false;
  const beforeWriting = async () => {
    if (!isMarked) await distrust(ports, input.legacy);
    isMarked = true;
  };
  const options = { allowSimilar: true, beforeWriting };
  const queued = await addMany(ports, filesOf(ports, input, unposted), options, (progress) =>
    onProgress({ ...progress, done: done + progress.done }),
  );
  const row = await persistently(ports, "Reading the stock", () => readStockRow(ports.table));
  const unconfirmed = doubtOf(row, ports.table.name);
  return {
    ...queued,
    ...(unconfirmed !== undefined && { unconfirmed }),
    added: [...before.added, ...queued.added],
    skipped: [...before.skipped, ...queued.skipped],
    refused: [...before.refused, ...queued.refused],
    posted: before.added.length,
  };
}

async function distrust(ports: Ports, { table }: Legacy): Promise<void> {
  const why = `The queue of ${table} was imported into this table, which does not know what was posted from ${table} since then`;
  await persistently(ports, "Noting the import", () => markUnconfirmed(ports.table, why));
}

async function* filesOf(
  ports: Ports,
  { legacy, signal }: { legacy: Legacy; signal?: AbortSignal },
  rows: readonly LegacyRow[],
): AsyncGenerator<PictureFile> {
  for (const { id, title } of rows) {
    if (signal?.aborted) return;
    const size = await sizeOf(ports, legacy, id);
    yield { name: id, size, words: { title }, read: () => readLegacyObject(ports, legacy, id) };
  }
}

/** Where the object is missing, reading it says so: the other rows are not kept out. */
async function sizeOf(ports: Ports, { bucket }: Legacy, Key: string): Promise<number> {
  return persistently(ports, `Looking at s3://${bucket}/${Key}`, async () => {
    try {
      const { ContentLength = 0 } = await ports.bucket.client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      return ContentLength;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  });
}

async function readLegacyObject(ports: Ports, { table, bucket }: Legacy, Key: string): Promise<Buffer> {
  const name = `s3://${bucket}/${Key}`;
  return persistently(ports, `Reading ${name}`, async () => {
    try {
      const { Body } = await ports.bucket.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if (isMissing(error))
        throw new TaskError(
          "mediaMissing",
          `${name} does not exist, or cannot be read: put it there, or delete its row from ${table}.`,
          { cause: error },
        );
      throw error;
    }
  });
}

/** Without the right to list, S3 says "denied" of an object that does not exist. */
const isMissing = (error: unknown) => [403, 404].includes(statusOf(error));

const statusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
