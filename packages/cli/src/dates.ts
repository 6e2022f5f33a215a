import { TaskError } from "@twobytwo/core/errors";
import { nextTimes } from "@twobytwo/core/schedule/expression";
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
  const [, day, time = "00:00", seconds = ":00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/.exec(text) ?? [];
  if (day !== undefined) return onThatDay(`${day}T${time}${seconds}`, timeZone, text);
  const zoned = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(zoned))
    throw new UsageError(
      `"${text}" is not a time: write a day (2027-01-31), a day and time (2027-01-31T18:00), or a duration (3d).`,
    );
  return zoned;
}

/** A local time as the scheduler reads it, including clock changes. */
function onThatDay(wall: string, timeZone: string, text: string): number {
  try {
    const [time] = nextTimes(`at(${wall})`, { timeZone, after: new Date(0), count: 1 });
    if (time !== undefined) return time.getTime();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
  }
  throw new UsageError(`"${text}" is not a day in the calendar.`);
}
