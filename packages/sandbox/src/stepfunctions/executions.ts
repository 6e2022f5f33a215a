import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HistoryEvent, type NewEvent, numbered, type Position } from "./history.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

export interface StartedExecution {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  /** JSON text. */
  input: string;
  /** Milliseconds since the epoch. */
  startDate: number;
}

/** One execution as DescribeExecution tells of it; times are milliseconds since the epoch. */
export interface ExecutionDescription extends StartedExecution {
  status: ExecutionStatus;
  stopDate?: number;
  /** JSON text, of one that succeeded. */
  output?: string;
  error?: string;
  cause?: string;
}

interface Kept {
  description: ExecutionDescription;
  count: number;
  file?: string;
  /** In memory alone where there is no file. */
  events: HistoryEvent[];
}

/**
 * Executions with their events, in memory or as files: one a execution, whose first line says what it is, and each
 * later one holds events that were recorded together.
 * @throws Error that names the file when one of them is damaged in the middle.
 */
export function openExecutions(directory: string | undefined) {
  const kept = new Map<string, Kept>();
  if (directory !== undefined) {
    mkdirSync(directory, { recursive: true });
    const names = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
    for (const name of names.sort()) load(join(directory, name));
  }

  function load(file: string): void {
    const [started, ...batches] = readLines(file);
    // The process ended while it wrote the first lines: nobody was told that the execution had begun.
    if (started === undefined || batches.length === 0) {
      rmSync(file);
      return;
    }
    const events = batches.flat() as HistoryEvent[];
    const description: ExecutionDescription = { ...(started as StartedExecution), status: "RUNNING" };
    for (const event of events) Object.assign(description, ending(event));
    kept.set(description.executionArn, { description, count: events.length, file, events: [] });
  }

  function get(executionArn: string): Kept {
    const found = kept.get(executionArn);
    if (!found) throw new Error(`There is no execution ${executionArn}.`);
    return found;
  }

  function events(executionArn: string): HistoryEvent[] {
    const { file, events: inMemory } = get(executionArn);
    return file === undefined ? [...inMemory] : (readLines(file).slice(1).flat() as HistoryEvent[]);
  }

  return {
    /** In the order in which they started. */
    all: () => [...kept.values()].map(({ description }) => ({ ...description })),
    find(executionArn: string): ExecutionDescription | undefined {
      const found = kept.get(executionArn);
      return found && { ...found.description };
    },
    add(started: StartedExecution, firstEvents: NewEvent[]): void {
      const events = numbered(firstEvents, 0, started.startDate);
      const description: ExecutionDescription = { ...started, status: "RUNNING" };
      const entry: Kept = { description, count: events.length, events: [] };
      if (directory === undefined) entry.events = events;
      else {
        entry.file = join(directory, fileName(started));
        writeFileSync(entry.file, `${JSON.stringify(started)}\n${JSON.stringify(events)}\n`, { flag: "wx" });
      }
      kept.set(started.executionArn, entry);
    },
    append(executionArn: string, newEvents: NewEvent[], timestamp: number): HistoryEvent[] {
      const execution = get(executionArn);
      const recorded = numbered(newEvents, execution.count, timestamp);
      if (execution.file === undefined) execution.events.push(...recorded);
      else appendFileSync(execution.file, `${JSON.stringify(recorded)}\n`);
      execution.count += recorded.length;
      for (const event of recorded) Object.assign(execution.description, ending(event));
      return recorded;
    },
    events,
    /** The state that one that is RUNNING has entered and not left; undefined when it has not begun. */
    position(executionArn: string): Position | undefined {
      const entered = events(executionArn).findLast((event) => event.stateEnteredEventDetails !== undefined);
      if (!entered?.stateEnteredEventDetails) return undefined;
      const { name: state, input } = entered.stateEnteredEventDetails;
      return { state, input: JSON.parse(input), enteredAt: entered.timestamp, eventId: entered.id };
    },
    /** Ends one that a defect keeps from going on, with no event. */
    giveUp(executionArn: string, cause: string, timestamp: number): void {
      const failed = { status: "FAILED", error: "Sandbox.Internal", cause, stopDate: timestamp };
      Object.assign(get(executionArn).description, failed);
    },
    forget(executionArn: string): void {
      const { file } = get(executionArn);
      if (file !== undefined) rmSync(file);
      kept.delete(executionArn);
    },
  };
}

/** Sorts by time; the hash keeps apart what differs in case or in characters that no file name may have. */
function fileName({ executionArn, name, startDate }: StartedExecution): string {
  const time = new Date(startDate).toISOString().replace(/[-:.]/g, "");
  const hash = createHash("sha256").update(executionArn).digest("hex").slice(0, 12);
  return `${time}-${name.replace(/[^A-Za-z0-9_-]/g, "_")}-${hash}.jsonl`;
}

/** Cuts off a last line that a dying process left unfinished. */
function readLines(file: string): unknown[] {
  const text = readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  return whole
    .split("\n")
    .slice(0, -1)
    .map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        const hint = "delete the file to forget this execution";
        throw new Error(`${file}, line ${index + 1}, is not an execution of the sandbox: ${hint}.`, { cause: error });
      }
    });
}

/** What an event changes in the description of its execution. */
function ending(event: HistoryEvent): Partial<ExecutionDescription> {
  const stopDate = event.timestamp;
  switch (event.type) {
    case "ExecutionSucceeded":
      return { status: "SUCCEEDED", stopDate, output: event.executionSucceededEventDetails?.output ?? "null" };
    case "ExecutionFailed":
      return { status: "FAILED", stopDate, ...event.executionFailedEventDetails };
    case "ExecutionTimedOut":
      return { status: "TIMED_OUT", stopDate, ...event.executionTimedOutEventDetails };
    case "ExecutionAborted":
      return { status: "ABORTED", stopDate, ...event.executionAbortedEventDetails };
    default:
      return {};
  }
}
