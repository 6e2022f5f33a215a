import { availableParallelism } from "node:os";
import { ahead } from "../concurrency/ahead.ts";
import { createBudget } from "../concurrency/budget.ts";
import type { ErrorName } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { ScheduleState } from "../schedule/schedule.ts";
import { type AddManyOptions, begin, type FileResult, look, type Uploading, writeBatch } from "./batches.ts";
import { mostRows } from "./commit.ts";
import type { SquareFacts } from "./inspect.ts";
import type { PictureFile } from "./picture-files.ts";
import { placesFor, wake } from "./pipeline.ts";
import { createRecent } from "./recent.ts";

export interface AddProgress {
  /** Files that are done with, this one included. */
  done: number;
  result: FileResult;
}

export interface AddSummary {
  added: { name: string; id: string; warnings: string[] }[];
  /** The very same picture is a square already. */
  skipped: { name: string; equals: SquareFacts; message: string }[];
  /** Another picture looks like it; `allowSimilar` adds it all the same. */
  similar: { name: string; equals: SquareFacts; message: string }[];
  refused: { name: string; error: ErrorName; message: string }[];
  /** `untouched` where nothing came into the queue, `unknown` where it could not be woken. */
  schedule: ScheduleState | "untouched" | "unknown";
  /** Why the schedule could not be woken. */
  scheduleError?: string;
}

const cores = availableParallelism();
/** Pictures that are looked at before it is their turn. */
const mostAhead = Math.max(8, cores * 3);
/** Bytes of originals in memory at once; a larger file has all of it. */
const memory = 256 * 1024 * 1024;
/** Later than that, a square is in the table for all who look. */
const remembered = mostAhead + 2 * mostRows;

/**
 * Adds pictures, several at a time, in the order in which they come. They are read when it is their turn, so that
 * memory does not grow with their number, and written ten in a transaction. One that cannot be added does not
 * keep out the others. Ended anywhere and run again, it adds what is missing and nothing twice.
 *
 * @throws what stops everything, such as a role that may not write or a source that fails, once what came before
 * is added and the schedule is awake.
 */
export async function addMany(
  ports: Ports,
  sources: AsyncIterable<PictureFile>,
  options: AddManyOptions,
  onProgress: (progress: AddProgress) => void = () => {},
): Promise<AddSummary> {
  const summary: AddSummary = { added: [], skipped: [], similar: [], refused: [], schedule: "untouched" };
  const report = reporter(summary, onProgress);
  const failures: unknown[] = [];
  let wakes = false;
  try {
    for await (const result of addInOrder(ports, sources, options)) {
      wakes ||= options.status !== "posted" && isInQueue(result);
      report(result);
    }
  } catch (error) {
    failures.push(error);
  }
  if (wakes && !options.dryRun) Object.assign(summary, await tryToWake(ports));
  for (const failure of failures) throw failure;
  return summary;
}

/** Also a skipped one, of what was to come there: the run that added it may have ended before it woke the schedule. */
function isInQueue(result: FileResult): boolean {
  if (result.outcome === "added") return result.square.status === "queued";
  return result.outcome === "skipped" && result.equals.status === "queued";
}

/** The squares are there by now, and the summary says so whatever the scheduler says. */
async function tryToWake(ports: Ports): Promise<Pick<AddSummary, "schedule" | "scheduleError">> {
  try {
    return { schedule: await wake(ports) };
  } catch (error) {
    return { schedule: "unknown", scheduleError: error instanceof Error ? error.message : String(error) };
  }
}

function reporter(summary: AddSummary, onProgress: (progress: AddProgress) => void) {
  let done = 0;
  return (result: FileResult) => {
    done += 1;
    const { name } = result;
    if (result.outcome === "added") summary.added.push({ name, id: result.square.id, warnings: result.warnings });
    else if (result.outcome === "refused") summary.refused.push({ name, error: result.error, message: result.message });
    else summary[result.outcome].push({ name, equals: result.equals, message: result.message });
    onProgress({ done, result });
  };
}

/** Looks at pictures ahead of their turn, decides on them in order, stores several at once, and writes tens. */
async function* addInOrder(
  ports: Ports,
  sources: AsyncIterable<PictureFile>,
  options: AddManyOptions,
): AsyncGenerator<FileResult> {
  const room = createBudget(memory);
  const run = {
    options,
    nextPlace: placesFor(ports, options),
    // What a dry run does not write, it must not forget.
    own: new Map<string, number>(),
    recent: createRecent(options.dryRun ? Number.POSITIVE_INFINITY : remembered),
  };
  const batch: Uploading[] = [];
  const failures: unknown[] = [];
  try {
    for await (const looked of ahead(sources, mostAhead, (file) =>
      look(ports, { room, own: run.own }, file, options),
    )) {
      const begun = await begin(ports, looked, run);
      if ("outcome" in begun) yield begun;
      else batch.push(begun);
      if (batch.length === mostRows) yield* writeBatch(ports, batch.splice(0), run);
    }
  } catch (error) {
    failures.push(error);
  }
  yield* writeBatch(ports, batch, run);
  for (const failure of failures) throw failure;
}
