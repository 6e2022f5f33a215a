import { TaskError } from "@twobytwo/core/errors";
import { describeSchedule } from "@twobytwo/core/schedule/describe";
import { validateSchedule } from "@twobytwo/core/schedule/expression";
import { expressionOf, presetOf } from "@twobytwo/core/schedule/presets";
import { changeRhythm, firings, readRhythm } from "@twobytwo/core/schedule/rhythm";
import { onTheWall } from "../dates.ts";
import { defineVerb, UsageError } from "../define-verb.ts";
import { describeRhythm } from "../describe-squares.ts";
import { readTimes, readWeekdays } from "../weekdays.ts";

const shown = 3;

export const schedule = defineVerb({
  usage: "[EXPRESSION | --on DAYS --at TIMES] [--timezone ZONE]",
  details: [
    "DAYS are weekdays (mon,thu or mon-fri) or daily, TIMES are times of day (09:00,18:00). Of the two, the one that you leave out",
    "stays as it is. One schedule has the same minutes in each of its hours: 09:00,18:30 is refused.",
    "",
    "EXPRESSION is as in EventBridge Scheduler: 'cron(0 18 * * ? *)' for every day at 18:00, 'rate(6 hours)', or",
    "'at(2027-01-31T18:00:00)'. Everything is checked before anything changes. A pause stays in place.",
  ].join("\n"),
  options: {
    on: { type: "string", value: "DAYS", summary: "the weekdays, for example mon,thu or mon-fri, or daily" },
    at: { type: "string", value: "TIMES", summary: "the times of day, for example 09:00,18:00" },
    timezone: { type: "string", value: "ZONE", summary: "the time zone, for example Europe/Berlin" },
  },
  operands: { least: 0, most: 1 },
  async run({ deployment, clock }, { options: { on, at, timezone }, operands: [written] }) {
    const chosen = {
      ...(on !== undefined && { on: readWeekdays(on) }),
      ...(at !== undefined && { at: readTimes(at) }),
    };
    const isChosen = on !== undefined || at !== undefined;
    if (written !== undefined && isChosen)
      throw new UsageError("Write an expression, or --on and --at: both say when posts go out.");
    if (written !== undefined) validateSchedule(written, timezone ?? "UTC");
    const ports = await deployment();
    const expression = isChosen ? withChosen((await readRhythm(ports.schedule, clock)).expression, chosen) : written;
    if (expression !== undefined || timezone !== undefined)
      await changeRhythm(ports, {
        ...(expression !== undefined && { expression }),
        ...(timezone !== undefined && { timeZone: timezone }),
      });
    const rhythm = await readRhythm(ports.schedule, clock);
    return {
      ...rhythm,
      description: describeSchedule(rhythm.expression, rhythm.timeZone),
      next: firings(rhythm, { now: clock(), count: shown }).map((time) => new Date(time).toISOString()),
    };
  },
  print(rhythm, { paint }) {
    const { expression, timeZone, state, next } = rhythm;
    const heading = state === "disabled" ? "Next, if it were enabled:" : "Next:";
    const dates = next.map((time) => `  ${onTheWall(time, timeZone)}`);
    return [
      `Posts go out ${describeRhythm(rhythm)}.`,
      paint("dim", `${expression}, ${timeZone}`),
      "",
      dates.length === 0 ? "It never fires again." : heading,
      ...dates,
    ].join("\n");
  },
});

/** The expression for what was chosen; what was not is taken from the schedule as it is. */
function withChosen(current: string, { on, at }: { on?: number[]; at?: string[] }): string {
  const before = presetOf(current);
  const times = at ?? ("times" in before ? before.times : undefined);
  if (times === undefined)
    throw new TaskError("rejected", `The schedule ${current} has no times of day that could stay: add --at.`);
  if (on !== undefined) return expressionOf({ kind: "weekly", times, weekdays: on });
  if (!("times" in before))
    throw new TaskError(
      "rejected",
      `The schedule ${current} has no days that could stay: add --on, for example --on daily.`,
    );
  return expressionOf({ ...before, times });
}
