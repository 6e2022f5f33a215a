import type { Clock } from "../clock.ts";
import { type Listed, listSquares } from "../squares/list.ts";
import { readStock, type Stock } from "../squares/stock.ts";
import { firings, type Rhythm, readRhythm } from "./rhythm.ts";
import type { Schedule } from "./schedule.ts";

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
