import { TaskError } from "../errors.ts";
import { nextTimes } from "./expression.ts";

/** A time that a person wrote. */
export interface WallTime {
  /** Milliseconds since the epoch; of a day alone its beginning. */
  at: number;
  /** The day alone, as `2026-12-24`; absent where a time was given. */
  day?: string;
}

/**
 * Reads a day (`2026-12-24`) or a day and a time (`2026-12-24T18:00`) on the wall of a time zone, or an ISO time with a zone of its own.
 *
 * @returns undefined where it is none of them, or no day of the calendar.
 */
export function readWallTime(text: string, timeZone: string): WallTime | undefined {
  const [, day, time, seconds = ":00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/.exec(text) ?? [];
  if (day === undefined) {
    const zoned = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(zoned) ? undefined : { at: zoned };
  }
  const at = onTheWall(`${day}T${time ?? "00:00"}${seconds}`, timeZone);
  return at === undefined ? undefined : { at, ...(time === undefined && { day }) };
}

/** As the scheduler reads a local time, clock changes included. */
function onTheWall(wall: string, timeZone: string): number | undefined {
  try {
    return nextTimes(`at(${wall})`, { timeZone, after: new Date(0), count: 1 })[0]?.getTime();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return undefined;
  }
}

/** The day on the wall of a time zone, as `2026-12-24`. */
export function dayAt(now: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
  return parts.format(now);
}
