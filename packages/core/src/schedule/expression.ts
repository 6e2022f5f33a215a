import { dayMs, minuteMs } from "../clock.ts";
import { TaskError } from "../errors.ts";
import { type Cron, type Days, type Once, parseSchedule, type Rate, unitMs } from "./syntax.ts";
import { requireZoneName } from "./zone-names.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const way = "use a name from the IANA database, such as Europe/Berlin or UTC";
  try {
    const options = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" } as const;
    const time = { hour: "numeric", minute: "numeric", second: "numeric" } as const;
    const format = new Intl.DateTimeFormat("en-US", { ...options, ...time, calendar: "gregory", timeZone });
    formats.set(timeZone, format);
    return format;
  } catch (cause) {
    throw new TaskError("rejected", `"${timeZone}" is not a time zone: ${way}.`, { cause });
  }
}

/** What a clock on the wall shows, written as if it were UTC. */
function wallAt(timeZone: string, instant: number): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const get = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
}

const offsetAt = (timeZone: string, instant: number) => wallAt(timeZone, instant) - Math.floor(instant / 1000) * 1000;

const weekMs = 7 * dayMs;
const settledOffsets = new Map<string, Map<number, number | undefined>>();

/**
 * The offset of the week that `wall` lies in and of a day before and after it; undefined where the clock is changed
 * meanwhile. Remembered, since Intl is slow and a long queue asks for thousands of dates of few weeks each.
 */
function settledOffset(timeZone: string, wall: number): number | undefined {
  const known = settledOffsets.get(timeZone) ?? new Map<number, number | undefined>();
  settledOffsets.set(timeZone, known);
  const week = Math.floor(wall / weekMs) * weekMs;
  if (!known.has(week)) {
    const [before, after] = [offsetAt(timeZone, week - dayMs), offsetAt(timeZone, week + weekMs + dayMs)];
    known.set(week, before === after ? before : undefined);
  }
  return known.get(week);
}

/** The first instant at which the clock shows `wall`; undefined when it never does. */
function instantOf(timeZone: string, wall: number): number | undefined {
  const settled = settledOffset(timeZone, wall);
  if (settled !== undefined) return wall - settled;
  const instants = [wall - dayMs, wall + dayMs]
    .map((near) => wall - offsetAt(timeZone, near))
    .filter((instant) => wallAt(timeZone, instant) === wall);
  return instants.length > 0 ? Math.min(...instants) : undefined;
}

function isDay(days: Days, day: Date): boolean {
  const date = day.getUTCDate();
  const weekday = day.getUTCDay() + 1;
  if (days.kind === "dates") return days.dates.includes(date);
  if (days.kind === "weekdays") return days.weekdays.includes(weekday);
  const lastDate = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  if (days.kind === "last-date") return date === lastDate;
  if (days.kind === "last-weekday") return weekday === days.weekday && date > lastDate - 7;
  if (days.kind === "nth-weekday") return weekday === days.weekday && Math.ceil(date / 7) === days.nth;
  if (days.date > lastDate) return false;
  const wanted = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), days.date)).getUTCDay();
  if (wanted === 6) return date === (days.date === 1 ? 3 : days.date - 1);
  if (wanted === 0) return date === (days.date === lastDate ? days.date - 2 : days.date + 1);
  return date === days.date;
}

function* cronTimes(cron: Cron, timeZone: string, after: number): Generator<number> {
  const now = wallAt(timeZone, after);
  const [months, years] = [new Set(cron.months), new Set(cron.years)];
  const lastYear = cron.years.at(-1) ?? 0;
  for (let day = Math.floor(now / dayMs) * dayMs; ; day += dayMs) {
    const date = new Date(day);
    if (date.getUTCFullYear() > lastYear) return;
    if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1)) continue;
    if (!isDay(cron.days, date)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = day + (hour * 60 + minute) * minuteMs;
        const instant = wall < now ? undefined : instantOf(timeZone, wall);
        if (instant !== undefined && instant > after) yield instant;
      }
    }
  }
}

function* rateTimes(rate: Rate, after: number, start: number): Generator<number> {
  const every = rate.value * unitMs[rate.unit];
  const passed = after < start ? 0 : Math.floor((after - start) / every) + 1;
  for (let time = start + passed * every; !Number.isNaN(new Date(time).getTime()); time += every) yield time;
}

function* onceTimes(once: Once, timeZone: string, after: number): Generator<number> {
  const time = instantOf(timeZone, once.wall) ?? once.wall - offsetAt(timeZone, once.wall - dayMs);
  if (time > after) yield time;
}

/** The next `count` values, fewer where there are no more; `times` can go on afterwards. */
function first(times: Generator<number>, count: number): number[] {
  const found: number[] = [];
  while (found.length < count) {
    const { value, done } = times.next();
    if (done) break;
    found.push(value);
  }
  return found;
}

/** Longer lists are remembered: an app that shows when a long queue ends asks for the same dates again and again. */
const mostForgotten = 500;
/** The last list of the expression and time zone in its key: all firings after `from`, as far as `times` goes. */
let remembered: { key: string; from: number; times: number[]; rest: Generator<number> } | undefined;

function cronInstants(
  cron: Cron,
  { expression, timeZone, after, count }: { expression: string; timeZone: string; after: number; count: number },
): number[] {
  const begin = () => cronTimes(cron, timeZone, after);
  if (count <= mostForgotten) return first(begin(), count);
  const key = `${timeZone} ${expression}`;
  const isKnown = remembered?.key === key && remembered.from <= after && after <= (remembered.times.at(-1) ?? 0);
  if (remembered === undefined || !isKnown) remembered = { key, from: after, times: [], rest: begin() };
  const { times, rest } = remembered;
  const passed = firstAfter(times, after);
  for (const time of first(rest, passed + count - times.length)) times.push(time);
  return times.slice(passed, passed + count);
}

/** Index of the first of ascending `times` after that instant. */
function firstAfter(times: readonly number[], instant: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** @throws TaskError `Rejected` on an expression that AWS would refuse, or an unknown time zone. */
export function parseInZone(expression: string, timeZone: string): Cron | Rate | Once {
  const schedule = parseSchedule(expression);
  formatOf(timeZone);
  return schedule;
}

/**
 * The next `count` firings strictly after `after`, fewer or none when the schedule ends before.
 *
 * - `cron()` follows the clock on the wall of `timeZone`. As the EventBridge Scheduler User Guide says ("Schedule types",
 *   "Daylight savings time"), a time that spring skips does not fire on that day, and one that autumn repeats fires once,
 *   the first time.
 * - `rate()` counts elapsed time (a day is 24 hours) from `start`, which is itself the first firing. Without `start` it is
 *   taken to have fired at `after`.
 * - `at()` fires once. AWS does not say what happens to a time that spring skips: here it moves on by the hour skipped.
 *
 * @throws TaskError `Rejected` on an expression that AWS would refuse, or an unknown time zone.
 */
export function nextTimes(expression: string, asked: Parameters<typeof nextInstants>[1]): Date[] {
  return nextInstants(expression, asked).map((time) => new Date(time));
}

/** As `nextTimes`, in milliseconds since the epoch. */
export function nextInstants(
  expression: string,
  { timeZone, after, count, start }: { timeZone: string; after: Date; count: number; start?: Date },
): number[] {
  const schedule = parseInZone(expression, timeZone);
  const from = after.getTime();
  if (schedule.kind === "cron") return cronInstants(schedule, { expression, timeZone, after: from, count });
  if (schedule.kind === "at") return first(onceTimes(schedule, timeZone, from), count);
  return first(rateTimes(schedule, from, (start ?? after).getTime()), count);
}

/**
 * What is to be sent to AWS. A zone that AWS has already is read in any spelling that Intl knows.
 *
 * @throws TaskError `Rejected`, which names the mistake and how to write it; a schedule that never fires is no mistake.
 */
export function validateSchedule(expression: string, timeZone: string): void {
  parseSchedule(expression);
  requireZoneName(timeZone);
  formatOf(timeZone);
}
