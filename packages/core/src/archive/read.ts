import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import * as v from "valibot";
import { TaskError } from "../errors.ts";
import { pauseId } from "../schedule/pause.ts";
import { bookOf, travels } from "../squares/books.ts";
import { stockId } from "../squares/stock.ts";
import {
  End,
  endName,
  FirstLine,
  factsName,
  formatVersion,
  type Item,
  idOf,
  isSquare,
  itemOf,
  linesOf,
  ObjectFacts,
  objectName,
  rowsName,
} from "./format.ts";
import { damaged, piecesOf, readAt, type TarEntry, tarEntries } from "./tar.ts";

/** An archive that was read to its end and found whole. */
export interface Archive {
  file: string;
  handle: FileHandle;
  /** Where the rows are. */
  rows: Omit<TarEntry, "name">;
  /** When it was made, as it says itself; an ISO time. */
  createdAt: string;
  end: End;
  /** Who paused, where anybody did. */
  pause?: Item;
  /** What the deployment counted. */
  stock?: Item;
  leftOut: LeftOut;
}

/** Rows of an archive that an import does not write, since they belong to the deployment where they came to be. */
export interface LeftOut {
  /** Devices, sessions and invites. */
  access: number;
  other: number;
}

/** An object in an archive, and where its bytes are. */
export interface ArchivedObject {
  facts: ObjectFacts;
  start: number;
}

export interface ReadInput {
  file: string;
  handle: FileHandle;
  signal?: AbortSignal;
}

/**
 * Reads an archive to its end, once, and compares every entry with its hash.
 *
 * @throws Rejected for what is no archive, is of a later version, or is damaged, with the name of the entry.
 */
export async function verifyArchive(input: ReadInput): Promise<Archive> {
  const { file, handle, signal } = input;
  let rows: TarEntry | undefined;
  let createdAt = "";
  let end: End | undefined;
  let objects = 0;
  for await (const part of partsOf(handle, file)) {
    signal?.throwIfAborted();
    if ("rows" in part) {
      rows = part.rows;
      ({ createdAt } = await requireFormat(handle, file, rows));
    } else if ("end" in part) end = part.end;
    else {
      objects += 1;
      const { facts, start } = part.object;
      if ((await hashOf(handle, { start, bytes: facts.bytes })) !== facts.sha256)
        throw damaged(file, `${objectName(facts.key)} is not as it was exported`);
    }
  }
  if (rows === undefined) throw noArchive(file);
  if (end === undefined) throw damaged(file, `it is cut off: ${endName} is missing`);
  if (objects !== end.objects) throw damaged(file, `it has ${objects} of ${end.objects} objects`);
  if ((await hashOf(handle, rows)) !== end.sha256) throw damaged(file, `${rowsName} is not as it was exported`);
  return { file, handle, rows, createdAt, end, ...(await readRows(input, rows, end)) };
}

const noArchive = (file: string) =>
  new TaskError("rejected", `${file} is not an archive of \`2x2 export\`: check the name.`);

type Part = { rows: TarEntry } | { object: ArchivedObject } | { end: End };

/** The parts in the order in which they were written, without the bytes of objects. */
async function* partsOf(handle: FileHandle, file: string): AsyncGenerator<Part> {
  let object: TarEntry | undefined;
  let isFirst = true;
  for await (const entry of tarEntries(handle, file)) {
    if (isFirst && entry.name !== rowsName) throw noArchive(file);
    if (isFirst) yield { rows: entry };
    else if (object !== undefined) {
      yield { object: { facts: await readFacts(handle, file, { entry, object }), start: object.start } };
      object = undefined;
    } else if (entry.name === endName) {
      yield { end: await readJson(handle, file, { entry, schema: End }) };
      return;
    } else object = entry;
    isFirst = false;
  }
}

async function readFacts(
  handle: FileHandle,
  file: string,
  { entry, object }: { entry: TarEntry; object: TarEntry },
): Promise<ObjectFacts> {
  const facts = await readJson(handle, file, { entry, schema: ObjectFacts });
  if (entry.name !== factsName(facts.key) || object.name !== objectName(facts.key) || object.bytes !== facts.bytes)
    throw damaged(file, `${entry.name} does not belong to ${object.name}`);
  return facts;
}

async function readJson<T>(
  handle: FileHandle,
  file: string,
  { entry, schema }: { entry: TarEntry; schema: v.GenericSchema<unknown, T> },
): Promise<T> {
  const text = (await readAt(handle, entry.start, Math.min(entry.bytes, 1024 * 1024))).toString("utf8");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (parsed.success) return parsed.output;
  throw damaged(file, `${entry.name} cannot be read`);
}

async function requireFormat(handle: FileHandle, file: string, rows: TarEntry): Promise<FirstLine> {
  for await (const line of linesOf(handle, rows)) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), FirstLine), line);
    if (!parsed.success) throw noArchive(file);
    if (parsed.output.version > formatVersion)
      throw new TaskError("rejected", `${file} was written by a later version of 2x2: update, then import it.`);
    return parsed.output;
  }
  throw noArchive(file);
}

async function hashOf(handle: FileHandle, entry: Omit<TarEntry, "name">): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of piecesOf(handle, entry)) hash.update(piece);
  return hash.digest("hex");
}

/** Looks at every row once, so that none is found unreadable when others are written already. */
async function readRows(
  input: ReadInput,
  rows: TarEntry,
  end: End,
): Promise<Pick<Archive, "pause" | "stock" | "leftOut">> {
  const found: Pick<Archive, "pause" | "stock" | "leftOut"> = { leftOut: { access: 0, other: 0 } };
  let count = 0;
  let squares = 0;
  for await (const item of itemsIn({ ...input, rows })) {
    count += 1;
    if (isSquare(item)) squares += 1;
    if (!travels(idOf(item))) found.leftOut[bookOf(idOf(item))?.access ? "access" : "other"] += 1;
    if (idOf(item) === pauseId) found.pause = item;
    if (idOf(item) === stockId) found.stock = item;
  }
  if (count !== end.rows || squares !== end.squares)
    throw damaged(input.file, `${rowsName} has ${count} rows of ${end.rows}`);
  return found;
}

/** Every row, in the order in which it was exported. */
export async function* itemsIn({
  file,
  handle,
  rows,
  signal,
}: ReadInput & Pick<Archive, "rows">): AsyncGenerator<Item & { id: { S: string } }> {
  let line = 0;
  for await (const text of linesOf(handle, rows)) {
    signal?.throwIfAborted();
    line += 1;
    if (line === 1) continue;
    const item = parseLine(text);
    if (item === undefined) throw damaged(file, `line ${line} of ${rowsName} is not a row`);
    yield item;
  }
}

function parseLine(text: string): (Item & { id: { S: string } }) | undefined {
  try {
    const item = itemOf(text);
    return idOf(item) === "" ? undefined : (item as Item & { id: { S: string } });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Every object of an archive that is whole. */
export async function* objectsIn({ file, handle, signal }: ReadInput): AsyncGenerator<ArchivedObject> {
  for await (const part of partsOf(handle, file)) {
    signal?.throwIfAborted();
    if ("object" in part) yield part.object;
  }
}
