import type { Begun } from "../concurrency/ahead.ts";
import type { Budget } from "../concurrency/budget.ts";
import { type ErrorName, TaskError } from "../errors.ts";
import { requireFileSize } from "../pictures/read.ts";
import type { Ports } from "../ports.ts";
import type { NextPlace } from "../queue/places.ts";
import type { Square } from "../squares/square.ts";
import { commitRows, type NewRow, type OwnEntries, othersIn, type Taken } from "./commit.ts";
import { type AddOptions, type Inspected, inspect, type SquareFacts } from "./inspect.ts";
import { keysOf, putObjects } from "./objects.ts";
import type { PictureFile } from "./picture-files.ts";
import { factsOfTaken, newRow, notAdded } from "./pipeline.ts";
import type { Recent } from "./recent.ts";

export interface AddManyOptions extends AddOptions {
  /** Says what would be done, and writes nothing. */
  dryRun?: boolean;
  /** Has to be done before squares are written; asked for before each transaction. */
  beforeWriting?: () => Promise<void>;
}

/** What came of one file. */
export type FileResult = { name: string } & (
  | { outcome: "added"; square: Square; warnings: string[] }
  | { outcome: "skipped" | "similar"; equals: SquareFacts; message: string }
  | { outcome: "refused"; error: ErrorName; message: string }
);

export interface Looked extends Begun {
  name: string;
  result: Inspected | Failed;
}

interface Failed {
  outcome: "failed";
  /** A TaskError concerns this picture alone, anything else them all. */
  error: unknown;
}

export interface Uploading extends NewRow {
  name: string;
  warnings: string[];
  /** Never rejects. */
  uploaded: Promise<Failed | undefined>;
}

const failure = (error: unknown): Failed => ({ outcome: "failed", error });

/** Reads and prepares one picture, when there is room for it. Never rejects. */
export async function look(
  ports: Ports,
  { room, own }: { room: Budget; own: OwnEntries },
  file: PictureFile,
  options: AddOptions,
): Promise<Looked> {
  const { name, words } = file;
  const release = await room.take(file.size);
  try {
    requireFileSize(name, file.size);
    const result = await inspect(ports, { name, words, bytes: await readBytes(file) }, options);
    return {
      name,
      release,
      result: result.outcome === "fresh" ? { ...result, likeRows: othersIn(result.likeRows, own) } : result,
    };
  } catch (error) {
    return { name, release, result: failure(error) };
  }
}

async function readBytes(file: PictureFile): Promise<Buffer> {
  try {
    return await file.read();
  } catch (error) {
    if (error instanceof TaskError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? message})`;
    throw new TaskError("mediaMissing", `${file.name} ${why}: check the file and its permissions.`, { cause: error });
  }
}

/**
 * Decides on a picture, now that all before it are decided on, and begins to store it.
 *
 * @throws what concerns all pictures.
 */
export async function begin(
  ports: Ports,
  { name, result, release }: Looked,
  run: { options: AddManyOptions; recent: Recent; nextPlace: NextPlace },
): Promise<Uploading | FileResult> {
  const known = result.outcome === "fresh" ? run.recent.check(result, run.options) : result;
  if (known.outcome !== "fresh") {
    release();
    return known.outcome === "failed" ? refusal(name, known) : unneeded(ports, name, known.outcome, known.equals);
  }
  const { options, recent, nextPlace } = run;
  const { picture } = known;
  // What another program has posted went out with the words that it had.
  const warnings = options.status === "posted" ? [] : known.warnings;
  try {
    const keys = keysOf(picture, options);
    const row = newRow(ports, known, { keys, sortKey: await nextPlace(), options });
    const storing = options.dryRun ? Promise.resolve() : putObjects(ports, picture, keys);
    // The bytes are let go of as soon as they are stored, long before the row is written.
    const uploaded = storing.then(() => undefined, failure).finally(release);
    recent.add(row.square);
    return { ...row, name, warnings, uploaded };
  } catch (error) {
    release();
    return refusal(name, failure(error));
  }
}

/**
 * Writes the rows of up to ten pictures, once their objects are stored.
 *
 * @throws what concerns all pictures, after the results of those that were written.
 */
export async function* writeBatch(
  ports: Ports,
  batch: readonly Uploading[],
  { options: { dryRun, beforeWriting }, own }: { options: AddManyOptions; own: OwnEntries },
): AsyncGenerator<FileResult> {
  const failures = await Promise.all(batch.map(({ uploaded }) => uploaded));
  const stored = batch.filter((_, index) => failures[index] === undefined);
  const outcomes = dryRun ? stored.map(() => undefined) : await commit(ports, stored, { own, beforeWriting });
  for (const [index, row] of stored.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) yield { name: row.name, outcome: "added", square: row.square, warnings: row.warnings };
    else if ("error" in outcome) yield refusal(row.name, outcome);
    else yield unneeded(ports, row.name, outcome.why, await factsOfTaken(ports, row.square.sha256, outcome));
  }
  for (const [index, { name }] of batch.entries()) {
    const failed = failures[index];
    if (failed !== undefined) yield refusal(name, failed);
  }
}

/** For each row as `commitRows`, or why it could not be written. */
async function commit(
  ports: Ports,
  rows: readonly NewRow[],
  { own, beforeWriting }: { own: OwnEntries; beforeWriting: AddManyOptions["beforeWriting"] },
): Promise<(Taken | Failed | undefined)[]> {
  try {
    if (rows.length > 0) await beforeWriting?.();
    return await commitRows(ports, rows, own);
  } catch (error) {
    return rows.map(() => failure(error));
  }
}

/** @throws what concerns all pictures. */
function refusal(name: string, { error }: Failed): FileResult {
  if (!(error instanceof TaskError)) throw error;
  return { name, outcome: "refused", error: error.name, message: error.message };
}

function unneeded(ports: Ports, name: string, why: "same" | "similar", equals: SquareFacts): FileResult {
  const { message } = notAdded(why, equals, ports.clock());
  return { name, outcome: why === "same" ? "skipped" : "similar", equals, message };
}
