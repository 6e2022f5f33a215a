import { type Clock, dayMs } from "../clock.ts";
import { rowsByStatus, type Table } from "../squares/table.ts";
import { nextTryIn } from "./next-try.ts";
import { activePause, type Pause, readPause, replacePause, workflowPauseMs } from "./pause.ts";
import { type Schedule, unsettled } from "./schedule.ts";
import { type StockReport, settledReport } from "./settle.ts";

export interface PauseReport extends StockReport {
  /** The owner has not been told about this stop yet. */
  tell: boolean;
  /** ISO time of the next attempt; null if a person paused. */
  until: string | null;
}

const leastPauseMs = 60 * 60 * 1000;
/** Longer than X's billing cycle, which is the longest wait that an answer can name. */
const longestPauseMs = 32 * dayMs;

/**
 * A circuit breaker: pauses for a reason that affects every square, such as keys that X refuses. The schedule stays enabled
 * and fires again when the pause ends, a day later or at the time that the reason names. That run tries one square, and
 * pauses again if it fails in the same way. The owner is told once about each stop. A person's own pause stays as it is.
 *
 * @param input.reason As text; has the next attempt between < and > if X named one.
 */
export async function pauseSchedule(
  schedule: Schedule,
  input: { error?: string; reason: string; execution: string; clock: Clock },
): Promise<PauseReport> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const stop = await stopOf(schedule.table, input);
    if (stop !== undefined && !(await replacePause(schedule.table, stop.before, stop.pause))) continue;
    const report = await settledReport(schedule, input.clock);
    return { ...report, tell: stop?.tell ?? true, until: stop?.pause.until ?? null };
  }
  throw unsettled();
}

/** Of two runs that stop at once, the second one sees the pause of the first. */
const mostTries = 8;

/** The pause to write instead of the current one; undefined if that is a person's. */
async function stopOf(
  table: Table,
  { error, reason, execution, clock }: Parameters<typeof pauseSchedule>[1],
): Promise<{ before: Pause | undefined; pause: Pause & { until: string }; tell: boolean } | undefined> {
  const before = await readPause(table);
  const now = clock();
  if (activePause(before, now)?.pausedBy === "person") return undefined;
  const at = new Date(now).toISOString();
  const goesOn = before !== undefined && (await isSameStop(table, before, error));
  const first: Partial<Pause> = goesOn ? before : { execution };
  const pause = {
    ...(first.execution !== undefined && { execution: first.execution }),
    ...(first.toldAt !== undefined && { toldAt: first.toldAt }),
    ...(error !== undefined && { error }),
    pausedBy: "workflow" as const,
    pausedAt: first.pausedAt ?? at,
    reason,
    until: new Date(nextTry(reason, now)).toISOString(),
  };
  // The run that stopped first may be retrying this step, and has told nobody yet.
  return { before, pause, tell: !goesOn || first.execution === execution };
}

/** Stopped for the same reason, and nothing was posted in between. */
async function isSameStop(table: Table, before: Pause, error: string | undefined): Promise<boolean> {
  if (before.pausedBy !== "workflow" || before.error !== error) return false;
  const [last] = await rowsByStatus(table, { status: "posted", limit: 1, backwards: true });
  return last === undefined || last.sortKey < (before.pausedAt ?? "");
}

/** Milliseconds since the epoch, to the second; a time in the past, or a year ahead, is not trusted. */
function nextTry(reason: string, now: number): number {
  const named = nextTryIn(reason) ?? 0;
  const isBelieved = named > now && named <= now + longestPauseMs;
  // If the limit ends in a moment, the next slot may come too early to notice.
  const time = isBelieved ? Math.max(named, now + leastPauseMs) : now + workflowPauseMs;
  return Math.ceil(time / 1000) * 1000;
}
