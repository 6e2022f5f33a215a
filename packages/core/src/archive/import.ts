import { type FileHandle, open } from "node:fs/promises";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { atOnce } from "../concurrency/at-once.ts";
import { type Budget, createBudget } from "../concurrency/budget.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { changeRhythm } from "../schedule/rhythm.ts";
import { type ScheduleState, scheduleState } from "../schedule/schedule.ts";
import { readStockRow, type Stock } from "../squares/stock.ts";
import { conditionHolds } from "../squares/table.ts";
import { doubtOf, importId, markUnconfirmed } from "../squares/table-identity.ts";
import { type Item, idOf } from "./format.ts";
import { countZeros, writeRows } from "./import-rows.ts";
import { type Archive, type ArchivedObject, type LeftOut, objectsIn, verifyArchive } from "./read.ts";
import { readAt } from "./tar.ts";

export type ImportPorts = Pick<Ports, "table" | "bucket" | "schedule" | "clock" | "random" | "sleep">;

export interface ImportInput {
  file: string;
  /** Ends it; run again, it goes on. */
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number; what: string }) => void;
}

export interface ImportSummary {
  squares: number;
  /** Those of the archive, without those that were left out. */
  rows: number;
  /** Absent where all of it was written. */
  leftOut?: LeftOut;
  objects: number;
  /** Objects that were missing when the archive was made. */
  missing: number;
  stock: Stock;
  schedule: ScheduleState;
  /** Why nothing is posted from this table before `confirmTable`, in words; absent where the archive has no square. */
  unconfirmed?: string;
  /** An import that was interrupted has come to its end. */
  resumed: boolean;
}

const objectsAtOnce = 8;
/** Bytes of objects in memory at once; a larger one has all of it. */
const memory = 128 * 1024 * 1024;

/**
 * Restores an archive into a deployment without squares. The archive is read to its end before anything is written,
 * objects are written before rows, and the schedule is woken last, unless somebody paused. Ended anywhere and run again
 * with the same archive, it goes on. What was posted since the archive was made waits in its queue: before the first row is
 * there, the table is marked as one from which nothing is posted until a person confirms it. Who may use the web app is decided
 * by the deployment alone: rows of access are left out, whatever the archive says.
 *
 * @throws Rejected for a damaged archive and for a deployment that has squares; the reason of `signal`.
 */
export async function importSquares(ports: ImportPorts, input: ImportInput): Promise<ImportSummary> {
  const handle = await openArchive(input.file);
  try {
    const archive = await verifyArchive({ ...input, handle });
    const resumed = await claimTable(ports, archive);
    if (archive.end.squares > 0)
      await persistently(ports, "Noting the import", () => markUnconfirmed(ports.table, doubtOfImport(archive)));
    await writeAll(ports, archive, input);
    await persistently(ports, "Waking the schedule", () => changeRhythm(ports, {}));
    const row = await persistently(ports, "Reading the stock", () => readStockRow(ports.table));
    const unconfirmed = doubtOf(row, ports.table.name);
    const { access, other } = archive.leftOut;
    const summary = {
      squares: archive.end.squares,
      rows: archive.end.rows - access - other,
      ...(access + other > 0 && { leftOut: archive.leftOut }),
      objects: archive.end.objects,
      missing: archive.end.missing,
      stock: row.stock,
      schedule: await scheduleState(ports.schedule),
      ...(unconfirmed !== undefined && { unconfirmed }),
      resumed,
    };
    await persistently(ports, "Ending the import", () =>
      ports.table.client.send(new DeleteCommand({ TableName: ports.table.name, Key: { id: importId } })),
    );
    return summary;
  } finally {
    await handle.close();
  }
}

/** An import that goes on says the same as the one that began. */
function doubtOfImport({ createdAt }: Archive): string {
  const made = Date.parse(createdAt);
  const when = Number.isNaN(made) ? "" : ` on ${new Date(made).toISOString().slice(0, 16).replace("T", " at ")} UTC`;
  return `This table was filled from an archive that was made${when}, and does not know what was posted since then`;
}

async function openArchive(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw new TaskError("rejected", `${file} ${why}: check the path.`, { cause: error });
  }
}

/**
 * Makes the table this import's, where it has no square or an interrupted import of the same archive is to go on.
 *
 * @returns whether it goes on.
 */
async function claimTable(ports: ImportPorts, archive: Archive): Promise<boolean> {
  const { client, name } = ports.table;
  const mark = await persistently(ports, "Looking for an earlier import", () =>
    client.send(new GetCommand({ TableName: name, Key: { id: importId }, ConsistentRead: true })),
  );
  if (mark.Item?.["sha256"] === archive.end.sha256) return true;
  if (mark.Item !== undefined) throw otherImport();
  await requireEmpty(ports);
  const startedAt = new Date(ports.clock()).toISOString();
  await persistently(ports, "Beginning the import", () =>
    client.send(
      new PutCommand({
        TableName: name,
        Item: { id: importId, sha256: archive.end.sha256, startedAt },
        // Two that begin at once: one of them is told what it would have been told a moment later.
        ConditionExpression: "attribute_not_exists(id) OR sha256 = :sha256",
        ExpressionAttributeValues: { ":sha256": archive.end.sha256 },
      }),
    ),
  ).catch((error: unknown) => {
    if ((error as Error).name === "ConditionalCheckFailedException") throw otherImport();
    throw error;
  });
  return false;
}

const otherImport = () =>
  new TaskError(
    "rejected",
    "An import of another archive is unfinished here: run that import again, or import into a new deployment.",
  );

async function requireEmpty(ports: ImportPorts): Promise<void> {
  const { client, name } = ports.table;
  let from: Item | undefined;
  do {
    const page = await persistently(ports, "Looking for squares", () =>
      client.send(
        new ScanCommand({
          TableName: name,
          ConsistentRead: true,
          FilterExpression: "NOT begins_with(id, :mark)",
          ExpressionAttributeValues: { ":mark": { S: "#" } },
          ...(from && { ExclusiveStartKey: from }),
        }),
      ),
    );
    if (page.Items?.length) throw notEmpty(page.Items);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

function notEmpty(squares: readonly Item[]): TaskError {
  const [first, ...more] = squares.slice(0, 3).map((item) => {
    const title = item["title"]?.S;
    return title ? `“${title}” ${idOf(item)}` : idOf(item);
  });
  const named = [first, ...more].join(", ");
  return new TaskError(
    "rejected",
    `This deployment has squares (${named}${squares.length > 3 ? ", …" : ""}), and an archive needs a deployment without any: deploy a new stage, or use an empty sandbox folder (TWOBYTWO_SANDBOX_DIR).`,
  );
}

async function writeAll(ports: ImportPorts, archive: Archive, { signal, onProgress }: ImportInput): Promise<void> {
  const { objects, rows } = archive.end;
  const total = objects + rows - archive.leftOut.access - archive.leftOut.other;
  let done = 0;
  const { file, handle } = archive;
  const room = createBudget(memory);
  await atOnce(objectsIn({ file, handle, ...(signal && { signal }) }), objectsAtOnce, async (object) => {
    await putObject(ports, { handle, room }, object);
    done += 1;
    onProgress?.({ done, total, what: object.facts.key });
  });
  // Before any square is there: no machine must wake what a person put to sleep.
  if (archive.pause !== undefined) await restorePause(ports, archive.pause);
  await writeRows(ports, archive, {
    signal,
    onRows: (written) => onProgress?.({ done: objects + written, total, what: "rows" }),
  });
  await countZeros(ports, archive.stock);
}

async function putObject(
  ports: ImportPorts,
  { handle, room }: Pick<Archive, "handle"> & { room: Budget },
  { facts, start }: ArchivedObject,
): Promise<void> {
  const { client, name } = ports.bucket;
  const { key, bytes, ...kept } = facts;
  const release = await room.take(bytes);
  try {
    const Body = await readAt(handle, start, bytes);
    await persistently(ports, `Writing s3://${name}/${key}`, () =>
      client.send(
        new PutObjectCommand({
          Bucket: name,
          Key: key,
          Body,
          ContentLength: bytes,
          ContentType: kept.contentType,
          CacheControl: kept.cacheControl,
          ContentDisposition: kept.contentDisposition,
          ContentEncoding: kept.contentEncoding,
          ContentLanguage: kept.contentLanguage,
          Metadata: kept.metadata,
        }),
      ),
    );
  } finally {
    release();
  }
}

/** Where somebody has paused the new deployment, that pause stays. */
async function restorePause(ports: ImportPorts, pause: Item): Promise<void> {
  const { client, name } = ports.table;
  await persistently(ports, "Restoring the pause", async () => {
    await conditionHolds(() =>
      client.send(
        new PutItemCommand({ TableName: name, Item: pause, ConditionExpression: "attribute_not_exists(id)" }),
      ),
    );
  });
}
