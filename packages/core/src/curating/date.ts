import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import { rankAt } from "../queue/reorder.ts";
import { slotOf } from "../schedule/next-posts.ts";
import { readRhythm } from "../schedule/rhythm.ts";
import { readSchedule } from "../schedule/schedule.ts";
import { dayAt, readWallTime } from "../schedule/wall-time.ts";
import { listSquares, requireSquare } from "../squares/list.ts";
import type { Square, Status } from "../squares/square.ts";
import { claimAttributes } from "../squares/transition.ts";
import { updateSquare } from "../squares/update.ts";
import { apply, refused, type StatusChange, type StatusPorts, wake } from "./change-status.ts";

/** A square that waits for its date, in the zone of the schedule. */
export interface Dated extends StatusChange {
  /** ISO time from which it is due. */
  date: string;
  timeZone: string;
  /** ISO time of the slot that posts it; absent while the schedule sleeps, and behind its end. */
  at?: string;
}

/** Whoever posts or decides comes first. */
const datable: readonly Status[] = ["queued", "draft", "withdrawn"];

/**
 * Gives a square a date, or another one: from then on it is due, and the first slot posts it before the queue. It keeps the rank that
 * it had in the queue. A day alone is due from its beginning on; repeated, the call changes nothing.
 *
 * @param input.on a day or a day and a time on the wall of the schedule's zone, or an ISO time with a zone.
 * @throws Rejected where that is no such time or has passed, or the square's status forbids it.
 */
export async function dateSquare(ports: StatusPorts, { id, on }: { id: string; on: string }): Promise<Dated> {
  const { table, clock, schedule } = ports;
  const [square, { ScheduleExpressionTimezone: timeZone = "UTC" }] = await Promise.all([
    requireSquare(table, id),
    persistently(ports, "Reading the schedule", () => readSchedule(schedule)),
  ]);
  const { status: from } = square;
  const { date, hasPassed } = readDate(on, { timeZone, now: clock() });
  const isSo = from === "dated" && square.sortKey === date;
  if (!isSo) {
    if (hasPassed) throw new TaskError("rejected", `${on} has passed: give today, a later day, or a later time.`);
    await (from === "dated" ? redate(ports, square, date) : giveDate(ports, square, date));
  }
  // Also after an earlier call that failed to wake the schedule.
  await wake(ports);
  const { squares: dated } = await listSquares(table, { status: "dated", limit: mostDated });
  const rhythm = await readRhythm(schedule, clock);
  const at = slotOf({ ...square, status: "dated", sortKey: date }, { dated, rhythm, now: clock() });
  return { id, from, to: "dated", changed: !isSo, date, timeZone, ...(at !== undefined && { at }) };
}

/** Those that come before it are enough. */
const mostDated = 500;

function readDate(on: string, { timeZone, now }: { timeZone: string; now: number }) {
  const time = readWallTime(on, timeZone);
  if (time === undefined)
    throw new TaskError(
      "rejected",
      `"${on}" is not a date: write a day (2027-01-31), or a day and time (2027-01-31T18:00).`,
    );
  const { at, day } = time;
  return {
    date: new Date(at).toISOString(),
    hasPassed: day === undefined ? at <= now : day < dayAt(now, timeZone),
  };
}

async function redate({ table, clock }: StatusPorts, square: Square, date: string): Promise<void> {
  await updateSquare(table, square, { sortKey: date, updatedAt: new Date(clock()).toISOString() });
}

async function giveDate(ports: StatusPorts, { id, status, sortKey }: Square, date: string): Promise<void> {
  if (!datable.includes(status)) throw refused(id, status);
  const isQueued = status === "queued";
  await apply(ports, {
    id,
    from: status,
    to: "dated",
    sortKey: date,
    now: new Date(ports.clock()).toISOString(),
    ...(isQueued ? { set: { rank: sortKey } } : { remove: [...claimAttributes, "tweetId", "postedAt"] }),
  });
}

/**
 * Takes the date of a square away: it goes back to the place in the queue that it had, or to the end if it had none.
 *
 * @throws Rejected where its status forbids it.
 */
export async function undateSquare(ports: StatusPorts, { id }: { id: string }): Promise<StatusChange> {
  const { status: from, rank } = await requireSquare(ports.table, id);
  if (from !== "dated" && from !== "queued")
    throw new TaskError("rejected", `Square ${id} is ${from}, and has no date that could be taken away.`);
  if (from === "dated")
    await apply(ports, {
      id,
      from,
      to: "queued",
      sortKey: rank ?? (await rankAt(ports, "end")),
      now: new Date(ports.clock()).toISOString(),
      remove: claimAttributes,
    });
  await wake(ports);
  return { id, from, to: "queued", changed: from === "dated" };
}
