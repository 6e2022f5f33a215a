import type { Clock } from "../clock.ts";
import { type Listed, listSquares } from "../squares/list.ts";
import { type Stock, stockId, stockRowOf } from "../squares/stock.ts";
import { readRows, rowWith } from "../squares/table.ts";
import { pauseId, pauseOf } from "./pause.ts";
import { firings, type Rhythm, rhythmOf } from "./rhythm.ts";
import { readSchedule, type Schedule } from "./schedule.ts";

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

/** Ids of the rows that `nextPosts` needs beside the squares, for who reads others in the same call. */
export const planRowIds: readonly string[] = [stockId, pauseId];

/**
 * The next squares with the times that the schedule gives them: at each slot the one with the oldest date that is due, otherwise the
 * first of the queue. The times are computed here and stored nowhere: who moves a square or changes the schedule moves them all.
 *
 * @param input.rows those of `planRowIds`, read a moment ago; read by itself unless given.
 */
export async function nextPosts(
  { schedule, clock }: { schedule: Schedule; clock: Clock },
  input: { count: number; rows?: Promise<Record<string, unknown>[]> },
): Promise<NextPosts> {
  const { table } = schedule;
  const { count } = input;
  const [{ squares }, rows, found] = await Promise.all([
    listSquares(table, { status: "queued", limit: count }),
    input.rows ?? readRows(table, planRowIds),
    readSchedule(schedule),
  ]);
  const { stock } = stockRowOf(rowWith(rows, stockId));
  const rhythm = rhythmOf(found, pauseOf(rowWith(rows, pauseId)), clock());
  const dated = stock.dated > 0 ? (await listSquares(table, { status: "dated", limit: stock.dated })).squares : [];
  const facts = { squares, queued: Math.max(squares.length, stock.queued), dated, now: clock() };
  const { posts, emptyOn } = rhythm.state === "disabled" ? inOrder(facts) : withTimes(facts, rhythm);
  return { posts: posts.slice(0, count), stock, rhythm, ...(emptyOn !== undefined && { emptyOn }) };
}

/**
 * When a square with a date is posted, given all squares with dates: the queue waits for them.
 *
 * @returns ISO time; undefined while the schedule sleeps, and behind its end.
 */
export function slotOf(
  square: Listed,
  { dated, rhythm, now }: Pick<Waiting, "dated" | "now"> & { rhythm: Rhythm },
): string | undefined {
  if (rhythm.state === "disabled") return undefined;
  // The index may not know of the date yet.
  const others = dated.filter(({ id }) => id !== square.id);
  const all = [...others, square].sort((one, other) => (one.sortKey < other.sortKey ? -1 : 1));
  const { posts } = withTimes({ squares: [], queued: 0, dated: all, now }, rhythm);
  return posts.find((post) => post.square.id === square.id)?.at;
}

interface Waiting {
  /** The head of the queue. */
  squares: readonly Listed[];
  /** How many squares are in the queue. */
  queued: number;
  /** All squares with a date, oldest date first. */
  dated: readonly Listed[];
  now: number;
}

type Plan = Pick<NextPosts, "posts" | "emptyOn">;

/** While the schedule sleeps: what is due, the queue, and what is not due yet. */
function inOrder({ squares, dated, now }: Waiting): Plan {
  const due = dated.filter((square) => dateOf(square) <= now);
  return { posts: [...due, ...squares, ...dated.slice(due.length)].map((square) => ({ square })) };
}

function withTimes({ squares, queued, dated, now }: Waiting, rhythm: Rhythm): Plan {
  const posts: PlannedPost[] = [];
  const later = [...dated];
  const plan = (square: Listed, at: number | undefined) =>
    posts.push({ square, ...(at !== undefined && { at: new Date(at).toISOString() }) });
  let emptyOn: number | undefined;
  let [taken, last] = [0, now];
  for (const time of firings(rhythm, { now, count: queued + dated.length })) {
    const [due] = later;
    const isDue = due !== undefined && dateOf(due) <= time;
    if (!isDue && taken === queued) break;
    const square = isDue ? later.shift() : squares[taken];
    if (!isDue) taken += 1;
    if (square !== undefined) plan(square, time);
    if (!isDue && taken === queued) emptyOn = time;
    last = time;
  }
  // Behind the end of the schedule.
  for (const square of squares.slice(taken)) plan(square, undefined);
  for (const square of later) {
    // A time just before its date, since slots are counted strictly after it.
    const after = Math.max(last, dateOf(square) - 1);
    const [time] = Number.isFinite(after) ? firings(rhythm, { now: after, count: 1 }) : [];
    plan(square, time);
    last = time ?? last;
  }
  return { posts, ...(emptyOn !== undefined && { emptyOn: new Date(emptyOn).toISOString() }) };
}

/** Milliseconds since the epoch; a row whose date cannot be read is never due. */
function dateOf({ sortKey }: Listed): number {
  const date = Date.parse(sortKey);
  return Number.isNaN(date) ? Number.POSITIVE_INFINITY : date;
}
