import type { Clock } from "../clock.ts";
import { open, readStock, type Stock } from "../squares/stock.ts";
import { activePause, type Pause, readPause } from "./pause.ts";
import { bring, firesOnce, type Schedule, type ScheduleChange, type ScheduleState, type Settled } from "./schedule.ts";

/** The wanted state of a schedule; without `State`, either is fine. */
type Goal = { State?: "ENABLED" | "DISABLED"; StartDate: Date | undefined };

/** The state that pause and stock require of a schedule with this expression. */
function goalOf(pause: Pause | undefined, stock: Stock, expression: string): Goal {
  // Enabled although nothing is posted until then: the scheduler starts again by itself.
  if (pause?.until !== undefined && !firesOnce(expression))
    return { State: "ENABLED", StartDate: new Date(pause.until) };
  // Any run may try again during the workflow's pause, but not during a person's.
  if (pause?.pausedBy === "person") return { State: "DISABLED", StartDate: undefined };
  // Without stock, either state is fine; the workflow disables it.
  return { ...(open(stock) > 0 && { State: "ENABLED" as const }), StartDate: undefined };
}

/**
 * Puts the schedule into the state that the pause and the stock require.
 *
 * @param also what else to change.
 * @throws Retryable where others kept changing them.
 */
export async function settleSchedule(
  schedule: Schedule,
  clock: Clock,
  also: Pick<ScheduleChange, "ScheduleExpression" | "ScheduleExpressionTimezone"> = {},
): Promise<Settled> {
  return bring(schedule, async () => {
    const { pause, stock } = await readFacts(schedule, clock);
    return ({ ScheduleExpression = "" }) => ({
      ...also,
      ...goalOf(pause, stock, also.ScheduleExpression ?? ScheduleExpression),
    });
  });
}

/** The pause in force now, and the stock. */
async function readFacts({ table }: Schedule, clock: Clock): Promise<{ pause: Pause | undefined; stock: Stock }> {
  const [pause, stock] = await Promise.all([readPause(table), readStock(table)]);
  return { pause: activePause(pause, clock()), stock };
}

/**
 * Enables the schedule if there is stock, unless a person paused it before or during this call. If the workflow paused, the
 * schedule is enabled and fires when that pause ends: adding ten squares without credits does not cause ten failed runs.
 */
export async function enableSchedule(schedule: Schedule, clock: Clock = Date.now): Promise<ScheduleState> {
  return (await settleSchedule(schedule, clock)).state;
}

export interface StockReport {
  /** Squares that wait: those in the queue, and those with a date. */
  remaining: number;
  /** Nothing is left that the workflow could still post. */
  empty: boolean;
  schedule: ScheduleState;
}

/** Puts the schedule into the state that pause and stock require. @returns what is left, as last read. */
export async function settledReport(
  schedule: Schedule,
  clock: Clock,
  { sleepsWhenEmpty = false } = {},
): Promise<StockReport> {
  let last: Stock | undefined;
  const { state } = await bring(schedule, async () => {
    const { pause, stock } = await readFacts(schedule, clock);
    last = stock;
    return ({ ScheduleExpression = "" }) => ({
      // AWS may refuse a StartDate in the past.
      ...goalOf(pause, stock, ScheduleExpression),
      ...(sleepsWhenEmpty && open(stock) === 0 && { State: "DISABLED" as const }),
    });
  });
  return reportOf(last ?? (await readStock(schedule.table)), state);
}

/** A wrong count can go below zero, if a square is subtracted that was never counted. */
export const reportOf = (stock: Stock, schedule: ScheduleState): StockReport => ({
  remaining: Math.max(0, stock.queued) + Math.max(0, stock.dated),
  empty: open(stock) === 0,
  schedule,
});
