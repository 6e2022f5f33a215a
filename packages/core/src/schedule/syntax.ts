import { dayMs, minuteMs } from "../clock.ts";
import { TaskError } from "../errors.ts";

export const unitMs = { minute: minuteMs, hour: 60 * minuteMs, day: dayMs } as const;

export const monthNames = "January February March April May June July August September October November December".split(
  " ",
);

export const weekdayNames = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

interface Field {
  name: string;
  min: number;
  max: number;
  /** Words for the numbers from `min` on; the first three letters stand for them in an expression. */
  words?: string[];
}

const minutesField: Field = { name: "minutes", min: 0, max: 59 };

const hoursField: Field = { name: "hours", min: 0, max: 23 };

const dateField: Field = { name: "day-of-month", min: 1, max: 31 };

const monthField: Field = { name: "month", min: 1, max: 12, words: monthNames };

const weekdayField: Field = { name: "day-of-week", min: 1, max: 7, words: weekdayNames };

const yearField: Field = { name: "year", min: 1970, max: 2199 };

/** Which days of a month; `weekday` is 1 for Sunday to 7 for Saturday, as AWS counts. */
export type Days =
  | { kind: "dates"; dates: number[] }
  | { kind: "last-date" }
  | { kind: "nearest-workday"; date: number }
  | { kind: "weekdays"; weekdays: number[] }
  | { kind: "last-weekday"; weekday: number }
  | { kind: "nth-weekday"; weekday: number; nth: number };

export type Cron = { kind: "cron"; minutes: number[]; hours: number[]; days: Days; months: number[]; years: number[] };

export type Rate = { kind: "rate"; value: number; unit: keyof typeof unitMs };

/** `wall` is the local time written as if it were UTC, in milliseconds. */
export type Once = { kind: "at"; wall: number };

const rejected = (message: string) => new TaskError("rejected", message);

const wrong = (field: Field, text: string, why: string) => rejected(`The ${field.name} field "${text}" ${why}.`);

const abbreviation = (word: string) => word.slice(0, 3).toUpperCase();

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

function parseValue(field: Field, text: string): number {
  const word = field.words?.findIndex((name) => abbreviation(name) === text.toUpperCase()) ?? -1;
  const value = word >= 0 ? field.min + word : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.min && value <= field.max) return value;
  const words = field.words ? ` or ${field.words.map(abbreviation).join(" ")}` : "";
  throw wrong(field, text, `is not one of ${field.min} to ${field.max}${words}`);
}

function parseList(field: Field, text: string): number[] {
  const values = text.split(",").flatMap((part) => {
    const [, first = "", last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (first === "" || (first === "*" && last !== undefined)) {
      throw wrong(field, part, "is not valid: write a number, a list (1,15), a range (1-5), a step (0/15), or *");
    }
    if (step !== undefined && !(Number(step) >= 1 && Number(step) <= field.max)) {
      throw wrong(field, part, `has a step that is not 1 to ${field.max}`);
    }
    const from = first === "*" ? field.min : parseValue(field, first);
    const open = first === "*" || step !== undefined ? field.max : from;
    const to = last === undefined ? open : parseValue(field, last);
    if (to < from) throw wrong(field, part, "counts backwards: write two ranges, separated by a comma");
    return range(from, to, Number(step ?? 1));
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

function parseDays(date: string, weekday: string): Days {
  if ((date === "?") === (weekday === "?")) {
    throw rejected(
      `Day-of-month is "${date}" and day-of-week is "${weekday}": exactly one of them must be "?", as in cron(0 18 * * ? *).`,
    );
  }
  if (weekday === "?") {
    if (/^L$/i.test(date)) return { kind: "last-date" };
    const near = /^(\w+)W$/i.exec(date)?.[1];
    if (near !== undefined) return { kind: "nearest-workday", date: parseValue(dateField, near) };
    return { kind: "dates", dates: parseList(dateField, date) };
  }
  if (/^L$/i.test(weekday)) return { kind: "weekdays", weekdays: [7] };
  const last = /^(\w+)L$/i.exec(weekday)?.[1];
  if (last !== undefined) return { kind: "last-weekday", weekday: parseValue(weekdayField, last) };
  if (weekday.includes("#")) {
    const [, day = "", nth] = /^(\w+)#([1-5])$/.exec(weekday) ?? [];
    if (nth === undefined)
      throw wrong(
        weekdayField,
        weekday,
        "is not valid: write # between one day and a number from 1 to 5, for example 3#2",
      );
    return { kind: "nth-weekday", weekday: parseValue(weekdayField, day), nth: Number(nth) };
  }
  return { kind: "weekdays", weekdays: parseList(weekdayField, weekday) };
}

/**
 * Reads an expression of EventBridge Scheduler by the rules of its User Guide, "Schedule types". What the guide leaves open
 * is refused: a cron of five fields, values in both day fields, ranges that count backwards, `LW` and `L-3`.
 *
 * @throws TaskError `Rejected`, which names the mistake and how to write it.
 */
export function parseSchedule(expression: string): Cron | Rate | Once {
  const [, kind, inside = ""] = /^(cron|rate|at)\((.*)\)$/s.exec(expression) ?? [];
  if (kind === "cron") {
    const [minutes, hours, date, month, weekday, year, ...more] = inside.trim().split(/\s+/);
    if (!minutes || !hours || !date || !month || !weekday || !year || more.length > 0) {
      const order = "minutes hours day-of-month month day-of-week year";
      throw rejected(
        `${expression} does not have the six fields "${order}"; every day at 18:00 is cron(0 18 * * ? *).`,
      );
    }
    return {
      kind,
      minutes: parseList(minutesField, minutes),
      hours: parseList(hoursField, hours),
      days: parseDays(date, weekday),
      months: parseList(monthField, month),
      years: parseList(yearField, year),
    };
  }
  if (kind === "rate") {
    const [, value = "", unit] = /^\s*(\d{1,9})\s+(minute|hour|day)s?\s*$/.exec(inside) ?? [];
    if (unit === undefined || Number(value) === 0) {
      throw rejected(
        `${expression} is not a rate: write a whole number from 1 with minutes, hours or days, for example rate(6 hours).`,
      );
    }
    return { kind, value: Number(value), unit: unit as Rate["unit"] };
  }
  if (kind === "at") {
    const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside) ? Date.parse(`${inside}Z`) : Number.NaN;
    if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(inside)) {
      throw rejected(`${expression} is not a date and time: write it as at(2027-01-31T18:00:00), without a zone.`);
    }
    return { kind, wall };
  }
  throw rejected(
    `"${expression}" is not a schedule: write cron(0 18 * * ? *), rate(6 hours) or at(2027-01-31T18:00:00).`,
  );
}
