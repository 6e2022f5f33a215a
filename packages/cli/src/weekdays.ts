import { weekdays } from "@twobytwo/core/schedule/presets";
import { weekdayNames } from "@twobytwo/core/schedule/syntax";
import { UsageError } from "./define-verb.ts";

/** Weekdays that a person wrote (`mon,thu`, `fri-sun`, `daily`), as AWS counts them: 1 for Sunday. */
export function readWeekdays(text: string): number[] {
  if (/^daily$/i.test(text.trim())) return [...weekdays];
  const days = text.split(",").flatMap((part) => {
    const ends = part.split("-").map(weekdayOf);
    const [first, last] = [ends.at(0), ends.at(-1)];
    if (first === undefined || last === undefined || ends.length > 2)
      throw new UsageError(`"${part.trim()}" is not a weekday: write days (mon,thu), a range (mon-fri), or daily.`);
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => ((first - 1 + index) % 7) + 1);
  });
  return [...new Set(days)];
}

/** By its name, or the first letters of it. */
function weekdayOf(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  const found = word.length < 3 ? -1 : weekdayNames.findIndex((name) => name.toLowerCase().startsWith(word));
  return found < 0 ? undefined : found + 1;
}

/** Times of day that a person wrote (`9:00,18:00`), as `HH:MM`. */
export function readTimes(text: string): string[] {
  return text.split(",").map((part) => {
    const [, hour = "", minute] = /^(\d|[01]\d|2[0-3]):([0-5]\d)$/.exec(part.trim()) ?? [];
    if (minute === undefined)
      throw new UsageError(`"${part.trim()}" is not a time of day: write 09:00, or several as 09:00,18:00.`);
    return `${hour.padStart(2, "0")}:${minute}`;
  });
}
