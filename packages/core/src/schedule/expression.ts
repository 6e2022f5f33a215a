import { dayMs, minuteMs } from "../clock.ts";
import { TaskError } from "../errors.ts";
import {
  type Cron,
  type Days,
  monthNames,
  type Once,
  parseSchedule,
  type Rate,
  unitMs,
  weekdayNames,
} from "./syntax.ts";
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

function first(times: Generator<number>, count: number): number[] {
  const found: number[] = [];
  while (found.length < count) {
    const { value, done } = times.next();
    if (done) break;
    found.push(value);
  }
  return found;
}

function readSchedule(expression: string, timeZone: string): Cron | Rate | Once {
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
export function nextTimes(
  expression: string,
  { timeZone, after, count, start }: { timeZone: string; after: Date; count: number; start?: Date },
): Date[] {
  const schedule = readSchedule(expression, timeZone);
  const from = after.getTime();
  const times =
    schedule.kind === "cron"
      ? cronTimes(schedule, timeZone, from)
      : schedule.kind === "rate"
        ? rateTimes(schedule, from, (start ?? after).getTime())
        : onceTimes(schedule, timeZone, from);
  return first(times, count).map((time) => new Date(time));
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

const twoDigits = (value: number) => String(value).padStart(2, "0");
const clock = (hour: number, minute: number) => `${twoDigits(hour)}:${twoDigits(minute)}`;
const ordinals = ["first", "second", "third", "fourth", "fifth"];
const ordinal = (n: number) =>
  `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;

/** `1, 2, 3, 7` reads "1 to 3 and 7". */
function spoken(values: number[], name: (value: number) => string = String): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  const words = runs.flatMap((run) =>
    run.length > 2 ? `${name(run[0] ?? 0)} to ${name(run.at(-1) ?? 0)}` : run.map(name),
  );
  const last = words.pop() ?? "";
  return words.length > 0 ? `${words.join(", ")} and ${last}` : last;
}

function describeTime({ minutes, hours }: Cron): string {
  const allDay = hours.length === 24;
  const [minute = 0, next] = minutes;
  const step = (next ?? minute) - minute;
  if (allDay && minutes.length === 60) return "every minute";
  const even = step > 1 && minutes.length * step === 60 && minutes.every((m, index) => m === minute + index * step);
  if (allDay && even) return minute === 0 ? `every ${step} minutes` : `every ${step} minutes from minute ${minute} on`;
  const counted = minutes.length === 60 ? "every minute" : `minute${minutes.length > 1 ? "s" : ""} ${spoken(minutes)}`;
  if (allDay) return `at ${counted} of every hour`;
  if (minutes.length * hours.length > 6) return `at ${counted} of hour${hours.length > 1 ? "s" : ""} ${spoken(hours)}`;
  const times = hours.flatMap((hour) => minutes.map((m) => clock(hour, m)));
  const last = times.pop();
  return times.length > 0 ? `at ${times.join(", ")} and ${last}` : `at ${last}`;
}

function describeDays(days: Days): string {
  const weekday = (value: number) => weekdayNames[(value - 1) % 7] ?? "";
  if (days.kind === "last-date") return "on the last day of the month";
  if (days.kind === "nearest-workday") return `on the workday nearest to the ${ordinal(days.date)}`;
  if (days.kind === "last-weekday") return `on the last ${weekday(days.weekday)} of the month`;
  if (days.kind === "nth-weekday") return `on the ${ordinals[days.nth - 1]} ${weekday(days.weekday)} of the month`;
  if (days.kind === "dates") return days.dates.length === 31 ? "every day" : `on the ${spoken(days.dates, ordinal)}`;
  if (days.weekdays.length === 7) return "every day";
  // Sunday behind Saturday.
  const inOrder = days.weekdays.map((value) => (value === 1 ? 8 : value)).sort((one, other) => one - other);
  return `every ${spoken(inOrder, weekday)}`;
}

/**
 * A short English sentence without a full stop, such as "every day at 18:00, Europe/Berlin".
 *
 * @throws TaskError `Rejected`, as `nextTimes` does.
 */
export function describeSchedule(expression: string, timeZone: string): string {
  const schedule = readSchedule(expression, timeZone);
  if (schedule.kind === "rate") {
    if (schedule.unit === "day" && schedule.value === 1) return "every 24 hours";
    return schedule.value === 1 ? `every ${schedule.unit}` : `every ${schedule.value} ${schedule.unit}s`;
  }
  if (schedule.kind === "at") {
    const at = new Date(schedule.wall);
    const seconds = at.getUTCSeconds() > 0 ? `:${twoDigits(at.getUTCSeconds())}` : "";
    const time = `${clock(at.getUTCHours(), at.getUTCMinutes())}${seconds}`;
    return `once, on ${at.getUTCDate()} ${monthNames[at.getUTCMonth()]} ${at.getUTCFullYear()} at ${time}, ${timeZone}`;
  }
  const months = schedule.months.length < 12 ? spoken(schedule.months, (month) => monthNames[month - 1] ?? "") : "";
  const years = schedule.years.length < 230 ? spoken(schedule.years) : "";
  const when = months || years ? ` in ${[months, years].filter(Boolean).join(" ")}` : "";
  const days = `${describeDays(schedule.days)}${when}`;
  const time = describeTime(schedule);
  if (!time.startsWith("every")) return `${days} ${time}, ${timeZone}`;
  return days === "every day" ? `${time}, ${timeZone}` : `${time} ${days}, ${timeZone}`;
}
