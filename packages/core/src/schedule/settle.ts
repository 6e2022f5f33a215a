import type { Clock } from "../clock.ts";
import { open, readStock, type Stock } from "../squares/stock.ts";
import { activePause, type Pause, readPause } from "./pause.ts";
import { bring, firesOnce, type Schedule, type ScheduleChange, type ScheduleState, type Settled } from "./schedule.ts";

/** What a schedule has to be; without `State` it may be either. */
type Goal = { State?: "ENABLED" | "DISABLED"; StartDate: Date | undefined };

/** What pause and stock ask of a schedule with this expression. */
function goalOf(pause: Pause | undefined, stock: Stock, expression: string): Goal {
  // Awake although nothing is posted before: the scheduler goes on by itself, and no machine has to.
  if (pause?.until !== undefined && !firesOnce(expression))
    return { State: "ENABLED", StartDate: new Date(pause.until) };
  // The workflow's pause is tried again by whatever comes; a person's is not.
  if (pause?.pausedBy === "person") return { State: "DISABLED", StartDate: undefined };
  // An empty schedule may sleep or fire into nothing; putting it to sleep is the workflow's.
  return { ...(open(stock) > 0 && { State: "ENABLED" as const }), StartDate: undefined };
}

/**
 * Makes the schedule what the pause and the stock ask for.
 *
 * @param also what else is to be different.
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

/** The pause that holds now, and the stock. */
async function readFacts({ table }: Schedule, clock: Clock): Promise<{ pause: Pause | undefined; stock: Stock }> {
  const [pause, stock] = await Promise.all([readPause(table), readStock(table)]);
  return { pause: activePause(pause, clock()), stock };
}

/**
 * Wakes the schedule where there is stock, unless a person paused it: before, or while this was going on. Where the workflow
 * paused, it is awake and fires when that pause is over: ten squares that are added without credits are no ten failed runs.
 */
export async function enableSchedule(schedule: Schedule, clock: Clock = Date.now): Promise<ScheduleState> {
  return (await settleSchedule(schedule, clock)).state;
}

export interface StockReport {
  /** Squares in the queue. */
  remaining: number;
  /** Nothing is left that the workflow could still post. */
  empty: boolean;
  schedule: ScheduleState;
}

/** Makes the schedule what pause and stock ask for. @returns what is left, as it was seen last. */
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
      // A StartDate that has passed is one that AWS may refuse to be given again.
      ...goalOf(pause, stock, ScheduleExpression),
      ...(sleepsWhenEmpty && open(stock) === 0 && { State: "DISABLED" as const }),
    });
  });
  return reportOf(last ?? (await readStock(schedule.table)), state);
}

/** Taken out twice of a count in which it was not, a square leaves less than none. */
export const reportOf = (stock: Stock, schedule: ScheduleState): StockReport => ({
  remaining: Math.max(0, stock.queued),
  empty: open(stock) === 0,
  schedule,
});
