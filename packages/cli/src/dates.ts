import { readWallTime } from "@twobytwo/core/schedule/wall-time";
import { UsageError } from "./define-verb.ts";

/** A time in the given zone: `Tue 24 Nov 2026, 18:00`. */
export function onTheWall(time: string | number | Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).formatToParts(new Date(time));
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return `${get("weekday")} ${get("day")} ${get("month")} ${get("year")}, ${get("hour")}:${get("minute")}`;
}

/** The day alone: `24 Nov 2026`. */
export function dayOf(time: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone }).format(
    new Date(time),
  );
}

const hourMs = 3_600_000;
const lengths = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs };

/**
 * A time that a person wrote: a day or a day and a time on the wall of `timeZone`, a length from now (`12h`, `3d`,
 * `2w`), or an ISO time with its own zone.
 *
 * @returns milliseconds since the epoch
 */
export function parseTime(text: string, { timeZone, now }: { timeZone: string; now: number }): number {
  const [, count, unit] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  if (unit !== undefined) return now + Number(count) * lengths[unit as keyof typeof lengths];
  return parseDate(text, timeZone, ", or a duration (3d)");
}

/** The same without a length from now. @param or What else could have been written. */
export function parseDate(text: string, timeZone: string, or = ""): number {
  const time = readWallTime(text, timeZone);
  if (time !== undefined) return time.at;
  throw new UsageError(
    `"${text}" is not a time: write a day of the calendar (2027-01-31), or a day and time (2027-01-31T18:00)${or}.`,
  );
}
