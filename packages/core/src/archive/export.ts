import { createHash } from "node:crypto";
import { access, type FileHandle, open, rename, rm } from "node:fs/promises";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { atOnce } from "../concurrency/at-once.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { travels } from "../squares/books.ts";
import { readStock, type Stock } from "../squares/stock.ts";
import { importId } from "../squares/table-identity.ts";
import { type ArchiveFile, reserve, storeObject, writeAt, writeEntry } from "./export-objects.ts";
import {
  type End,
  endName,
  formatName,
  formatVersion,
  type Item,
  idOf,
  isSquare,
  itemOf,
  keysNamed,
  lastingPart,
  lineOf,
  linesOf,
  rowsName,
} from "./format.ts";
import { padded, tarEnd, tarHeader } from "./tar.ts";

export type ExportPorts = Pick<Ports, "table" | "bucket" | "clock" | "random" | "sleep">;

export interface ExportInput {
  /** Where the archive comes to be, at once and whole; must not exist. */
  file: string;
  /** Also while runs are at work: what they hold is taken as it is. */
  force?: boolean;
  /** Ends it, and leaves nothing behind. */
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; total: number; id: string }) => void;
}

export interface ExportSummary extends Pick<End, "rows" | "squares" | "objects"> {
  file: string;
  bytes: number;
  /** Objects that squares name and the bucket does not have. */
  missing: { id: string; key: string }[];
  /** Squares that a run had claimed, only with `force`. */
  inFlight: number;
}

const squaresAtOnce = 4;

/**
 * Writes every row that is kept and every object that squares name into one archive, in constant memory. What is
 * being posted has an outcome that no archive knows, so a run at work is waited for by the person.
 *
 * @throws Rejected where the file exists, a run is at work, or an import is unfinished; Retryable where squares moved
 * while they were read; the reason of `signal`.
 */
export async function exportSquares(ports: ExportPorts, input: ExportInput): Promise<ExportSummary> {
  await requireAbsent(input.file);
  const before = await stockOf(ports);
  if (!input.force) requireRest(before);
  const partial = `${input.file}.partial`;
  const handle = await openNew(partial);
  try {
    const archive: ArchiveFile = { handle, name: partial, end: 0, modified: ports.clock() };
    const summary = await write(ports, archive, input, before);
    await handle.sync();
    await handle.close();
    await rename(partial, input.file);
    return { ...summary, file: input.file, bytes: archive.end };
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}

const stockOf = (ports: ExportPorts) => persistently(ports, "Reading the stock", () => readStock(ports.table));

async function requireAbsent(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new TaskError("rejected", `${file} already exists: choose another file.`);
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, "w+");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TaskError("rejected", `${file} cannot be written (${code}): check the folder.`, { cause: error });
  }
}

function requireRest({ claimed, posting }: Stock): void {
  if (claimed + posting === 0) return;
  throw new TaskError(
    "rejected",
    `${claimed + posting === 1 ? "A square is" : `${claimed + posting} squares are`} being posted at this moment: wait until the run has ended (\`2x2 runs\`), or use --force to export squares as they are.`,
  );
}

async function write(ports: ExportPorts, archive: ArchiveFile, input: ExportInput, before: Stock) {
  const rows = await writeRows(ports, archive, input.signal);
  const after = await stockOf(ports);
  if (!input.force) {
    requireRest(after);
    requireSame(before, after);
  }
  const { missing, objects } = await writeObjects(ports, archive, rows, input);
  input.signal?.throwIfAborted();
  const end: End = {
    rows: rows.rows,
    squares: rows.squares,
    objects,
    missing: missing.length,
    sha256: rows.sha256,
  };
  await writeEntry(archive, endName, `${JSON.stringify(end)}\n`);
  await writeAt(archive, tarEnd, reserve(archive, tarEnd.length));
  return { rows: rows.rows, squares: rows.squares, objects, missing, inFlight: after.claimed + after.posting };
}

/** A square that was read as queued and is posted by now would be posted again after an import. */
function requireSame(before: Stock, after: Stock): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  throw new TaskError(
    "retryable",
    "Squares were added or posted during the export: export again, after `2x2 pause` if you post often.",
  );
}

interface Rows {
  rows: number;
  squares: number;
  /** Where their lines are in the archive. */
  start: number;
  bytes: number;
  sha256: string;
}

async function writeRows(ports: ExportPorts, archive: ArchiveFile, signal: AbortSignal | undefined): Promise<Rows> {
  const headerAt = reserve(archive, tarHeader({ name: rowsName, bytes: 0, modified: 0 }).length);
  const rows: Rows = { rows: 0, squares: 0, start: archive.end, bytes: 0, sha256: "" };
  const hash = createHash("sha256");
  async function append(lines: readonly string[]): Promise<void> {
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    hash.update(text);
    rows.bytes += text.length;
    await writeAt(archive, text, reserve(archive, text.length));
  }
  const createdAt = new Date(archive.modified).toISOString();
  await append([JSON.stringify({ format: formatName, version: formatVersion, createdAt })]);
  for await (const page of pagesOf(ports)) {
    signal?.throwIfAborted();
    if (page.some((item) => idOf(item) === importId)) throw unfinished();
    const kept = page.filter((item) => travels(idOf(item)));
    rows.rows += kept.length;
    rows.squares += kept.filter(isSquare).length;
    await append(kept.map((item) => lineOf(lastingPart(item))));
  }
  await writeAt(archive, Buffer.alloc(padded(rows.bytes) - rows.bytes), archive.end);
  reserve(archive, padded(rows.bytes) - rows.bytes);
  await writeAt(archive, tarHeader({ name: rowsName, bytes: rows.bytes, modified: archive.modified }), headerAt);
  return { ...rows, sha256: hash.digest("hex") };
}

const unfinished = () =>
  new TaskError("rejected", "An import into this deployment is unfinished: run it again, then export.");

async function* pagesOf(ports: ExportPorts): AsyncGenerator<Item[]> {
  const { client, name } = ports.table;
  let from: Item | undefined;
  do {
    const page = await persistently(ports, "Reading the squares", () =>
      client.send(
        // Not the document client's own command: it would not give back numbers and binaries as they are.
        new ScanCommand({ TableName: name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      ),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

async function writeObjects(ports: ExportPorts, archive: ArchiveFile, rows: Rows, input: ExportInput) {
  const missing: ExportSummary["missing"] = [];
  let objects = 0;
  let done = 0;
  await atOnce(squaresIn(archive, rows, input.signal), squaresAtOnce, async (item) => {
    for (const key of keysNamed(item)) {
      input.signal?.throwIfAborted();
      if (await storeObject(ports, archive, key)) objects += 1;
      else missing.push({ id: idOf(item), key });
    }
    done += 1;
    input.onProgress?.({ done, total: rows.squares, id: idOf(item) });
  });
  return { missing, objects };
}

async function* squaresIn(archive: ArchiveFile, rows: Rows, signal: AbortSignal | undefined): AsyncGenerator<Item> {
  let isFirst = true;
  for await (const line of linesOf(archive.handle, rows)) {
    signal?.throwIfAborted();
    const item = isFirst ? undefined : itemOf(line);
    isFirst = false;
    if (item !== undefined && isSquare(item)) yield item;
  }
}
