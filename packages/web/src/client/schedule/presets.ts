/** Schedules as people describe them, and the EventBridge Scheduler expressions for them. */
export type Preset =
  | { kind: "daily"; time: string }
  | { kind: "twice"; time: string; second: string }
  | { kind: "workdays"; time: string }
  | { kind: "weekly"; time: string; weekday: Weekday }
  | { kind: "monthly"; time: string; date: number }
  | { kind: "hours"; hours: number }
  | { kind: "own"; expression: string };

export const weekdays = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"] as const;
export type Weekday = (typeof weekdays)[number];
export const weekdayNames: Record<Weekday, string> = {
  MON: "Monday",
  TUE: "Tuesday",
  WED: "Wednesday",
  THU: "Thursday",
  FRI: "Friday",
  SAT: "Saturday",
  SUN: "Sunday",
};

const twoDigits = (text: string) => text.padStart(2, "0");
const minuteAndHour = (time: string) => {
  const [hour = "0", minute = "0"] = time.split(":");
  return { hour: Number(hour), minute: Number(minute) };
};

/** @returns the expression. Two times a day share the minute of the first, because a cron expression has one field for it. */
export function expressionOf(preset: Preset): string {
  if (preset.kind === "own") return preset.expression.trim();
  if (preset.kind === "hours") return `rate(${preset.hours} hour${preset.hours === 1 ? "" : "s"})`;
  const { hour, minute } = minuteAndHour(preset.time);
  if (preset.kind === "daily") return `cron(${minute} ${hour} * * ? *)`;
  if (preset.kind === "workdays") return `cron(${minute} ${hour} ? * MON-FRI *)`;
  if (preset.kind === "weekly") return `cron(${minute} ${hour} ? * ${preset.weekday} *)`;
  if (preset.kind === "monthly") return `cron(${minute} ${hour} ${preset.date} * ? *)`;
  const hours = [hour, minuteAndHour(preset.second).hour].sort((one, other) => one - other);
  return `cron(${minute} ${[...new Set(hours)].join(",")} * * ? *)`;
}

const cron = /^cron\((\d{1,2}) (\d{1,2})(?:,(\d{1,2}))? (\*|\?|\d{1,2}) \* (\*|\?|[A-Z]{3}(?:-[A-Z]{3})?) \*\)$/;
const rate = /^rate\((\d+) hours?\)$/;

/** The preset for an expression; the expression itself if there is none. */
export function presetOf(expression: string): Preset {
  const hours = rate.exec(expression)?.[1];
  if (hours !== undefined) return { kind: "hours", hours: Number(hours) };
  const own: Preset = { kind: "own", expression };
  const [, minute, hour, secondHour, date, weekday] = cron.exec(expression) ?? [];
  if (minute === undefined || hour === undefined) return own;
  const at = (hourOf: string) => `${twoDigits(hourOf)}:${twoDigits(minute)}`;
  const time = at(hour);
  const everyDay = date === "*" && weekday === "?";
  if (secondHour !== undefined) return everyDay ? { kind: "twice", time, second: at(secondHour) } : own;
  if (everyDay) return { kind: "daily", time };
  if (date === "?" && weekday === "MON-FRI") return { kind: "workdays", time };
  const known = weekdays.find((name) => name === weekday);
  if (date === "?" && known !== undefined) return { kind: "weekly", time, weekday: known };
  if (weekday === "?" && date !== undefined && /^\d+$/.test(date)) return { kind: "monthly", time, date: Number(date) };
  return own;
}
