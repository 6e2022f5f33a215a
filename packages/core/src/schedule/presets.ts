import { TaskError } from "../errors.ts";
import { monthNames, parseSchedule, unitMs, weekdayNames } from "./syntax.ts";

/** A schedule as people describe it. Times are `HH:MM`; weekdays are 1 for Sunday to 7 for Saturday, as AWS counts. */
export type Preset =
  | { kind: "daily"; times: readonly string[] }
  | { kind: "weekly"; times: readonly string[]; weekdays: readonly number[] }
  | { kind: "monthly"; times: readonly string[]; date: number }
  | { kind: "hours"; hours: number }
  | { kind: "own"; expression: string };

/** Monday first. */
export const weekdays = [2, 3, 4, 5, 6, 7, 1] as const;
/** More times a day are written as an expression. */
export const mostTimes = 6;
/** Every month has these dates. */
export const lastDate = 28;
export const mostHours = 744;
const allYears = 230;

const twoDigits = (value: number) => String(value).padStart(2, "0");
const timeOf = (hour: number, minute: number) => `${twoDigits(hour)}:${twoDigits(minute)}`;
const sorted = (values: readonly number[]) => [...new Set(values)].sort((one, other) => one - other);
const abbreviation = (weekday: number) => (weekdayNames[weekday - 1] ?? "").slice(0, 3).toUpperCase();

/**
 * The expression of EventBridge Scheduler for a preset.
 *
 * @throws Rejected on times that one expression cannot have: it has the same minutes in each of its hours.
 */
export function expressionOf(preset: Preset): string {
  if (preset.kind === "own") return preset.expression.trim();
  if (preset.kind === "hours") return `rate(${preset.hours} hour${preset.hours === 1 ? "" : "s"})`;
  const at = minutesAndHours(preset.times);
  if (preset.kind === "monthly") return `cron(${at} ${preset.date} * ? *)`;
  const days = preset.kind === "daily" ? weekdays : sorted(preset.weekdays);
  return days.length === weekdays.length ? `cron(${at} * * ? *)` : `cron(${at} ? * ${daysField(days)} *)`;
}

function minutesAndHours(times: readonly string[]): string {
  const pairs = times.map((time) => time.split(":").map(Number) as [hour: number, minute: number]);
  const hours = sorted(pairs.map(([hour]) => hour));
  const minutes = sorted(pairs.map(([, minute]) => minute));
  const wanted = new Set(pairs.map(([hour, minute]) => timeOf(hour, minute)));
  const unwanted = hours
    .flatMap((hour) => minutes.map((minute) => timeOf(hour, minute)))
    .filter((time) => !wanted.has(time));
  if (unwanted.length > 0)
    throw new TaskError(
      "rejected",
      `One schedule has the same minutes in each of its hours: ${[...wanted].join(" and ")} would also post at ${unwanted.join(" and ")}. Give all times the same minutes.`,
    );
  return `${minutes.join(",")} ${hours.join(",")}`;
}

/** `MON-FRI`, `MON,THU`; `days` in the order of AWS, whose ranges do not go past Saturday. */
function daysField(days: readonly number[]): string {
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) =>
      run.length > 2
        ? [run[0], run.at(-1)].map((day) => abbreviation(day ?? 0)).join("-")
        : run.map(abbreviation).join(","),
    )
    .join(",");
}

/** The preset that means the same as an expression; the expression itself where none does. */
export function presetOf(expression: string): Preset {
  const own: Preset = { kind: "own", expression };
  const schedule = parsed(expression);
  if (schedule?.kind === "rate") {
    const hours = (schedule.value * unitMs[schedule.unit]) / unitMs.hour;
    return Number.isInteger(hours) && hours <= mostHours ? { kind: "hours", hours } : own;
  }
  if (schedule?.kind !== "cron") return own;
  const { minutes, hours, days, months, years } = schedule;
  const [minute = 0] = minutes;
  if (minutes.length > 1 || hours.length > mostTimes) return own;
  if (months.length < monthNames.length || years.length < allYears) return own;
  const times = hours.map((hour) => timeOf(hour, minute));
  if (days.kind === "weekdays")
    return days.weekdays.length === weekdays.length
      ? { kind: "daily", times }
      : { kind: "weekly", times, weekdays: days.weekdays };
  if (days.kind !== "dates") return own;
  const [date = 1] = days.dates;
  if (days.dates.length === 31) return { kind: "daily", times };
  return days.dates.length === 1 && date <= lastDate ? { kind: "monthly", times, date } : own;
}

function parsed(expression: string) {
  try {
    return parseSchedule(expression);
  } catch {
    return undefined;
  }
}
