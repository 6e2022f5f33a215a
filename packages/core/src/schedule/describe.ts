import { parseInZone } from "./expression.ts";
import { type Cron, type Days, monthNames, weekdayNames } from "./syntax.ts";

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
  const schedule = parseInZone(expression, timeZone);
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
