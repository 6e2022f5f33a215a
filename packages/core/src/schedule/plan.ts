import type { Clock } from "../clock.ts";
import { type Listed, listSquares } from "../squares/list.ts";
import { readStock, type Stock } from "../squares/stock.ts";
import { nextTimes } from "./expression.ts";
import { activePause, type Pause, readPause } from "./pause.ts";
import { firesOnce, readSchedule, type Schedule, type ScheduleState } from "./schedule.ts";

export interface Rhythm {
  expression: string;
  timeZone: string;
  state: ScheduleState;
  /** The pause that holds now. */
  pause?: Pause;
  /** ISO time from which it fires, where that is yet to come. */
  startsAt?: string;
  /** ISO time after which it never fires. */
  endsAt?: string;
  /** ISO time from which a `rate()` counts. */
  countsFrom: string;
}

/** The schedule and its pause as they are now. */
export async function readRhythm(schedule: Schedule, clock: Clock): Promise<Rhythm> {
  const [found, pause] = await Promise.all([readSchedule(schedule), readPause(schedule.table)]);
  const now = clock();
  const active = activePause(pause, now);
  const until = active?.until === undefined ? now : Date.parse(active.until);
  const expression = found.ScheduleExpression ?? "";
  // One that fires once takes no notice of a StartDate, nor of the workflow's pause.
  const starts = firesOnce(expression) ? now : Math.max(until, found.StartDate?.getTime() ?? now);
  return {
    expression,
    timeZone: found.ScheduleExpressionTimezone ?? "UTC",
    state: found.State === "DISABLED" ? "disabled" : "enabled",
    ...(active && { pause: active }),
    ...(starts > now && { startsAt: new Date(starts).toISOString() }),
    ...(found.EndDate && { endsAt: found.EndDate.toISOString() }),
    countsFrom: (found.StartDate ?? found.CreationDate ?? new Date(now)).toISOString(),
  };
}

/** The next firings of a schedule that is awake, after now and after its pause; fewer where it ends before. */
export function firings(rhythm: Omit<Rhythm, "state">, { now, count }: { now: number; count: number }): Date[] {
  const starts = rhythm.startsAt === undefined ? now : Date.parse(rhythm.startsAt) - 1;
  const ends = rhythm.endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(rhythm.endsAt);
  return nextTimes(rhythm.expression, {
    timeZone: rhythm.timeZone,
    after: new Date(Math.max(now, starts)),
    count,
    start: new Date(rhythm.startsAt ?? rhythm.countsFrom),
  }).filter((time) => time.getTime() <= ends);
}

export interface PlannedPost {
  square: Listed;
  /** ISO time; absent while the schedule sleeps, and behind its end. */
  at?: string;
}

export interface NextPosts {
  posts: PlannedPost[];
  stock: Stock;
  rhythm: Rhythm;
  /** ISO time of the post that empties the queue; absent while the schedule sleeps, or where it ends before. */
  emptyOn?: string;
}

/**
 * The head of the queue with the times that the schedule gives it. They are computed here and stored nowhere:
 * who moves a square or changes the schedule moves them all.
 */
export async function nextPosts(
  { schedule, clock }: { schedule: Schedule; clock: Clock },
  { count }: { count: number },
): Promise<NextPosts> {
  const [{ squares }, stock, rhythm] = await Promise.all([
    listSquares(schedule.table, { status: "queued", limit: count }),
    readStock(schedule.table),
    readRhythm(schedule, clock),
  ]);
  const asleep = rhythm.state === "disabled";
  const times = asleep ? [] : firings(rhythm, { now: clock(), count: Math.max(squares.length, stock.queued) });
  const posts = squares.map((square, index) => {
    const at = times[index]?.toISOString();
    return { square, ...(at !== undefined && { at }) };
  });
  const emptyOn = times[stock.queued - 1]?.toISOString();
  return { posts, stock, rhythm, ...(emptyOn !== undefined && { emptyOn }) };
}
