import { describeSchedule } from "@twobytwo/core/schedule/describe";
import { validateSchedule } from "@twobytwo/core/schedule/expression";
import { changeRhythm, firings, readRhythm } from "@twobytwo/core/schedule/rhythm";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";
import { describeRhythm } from "../describe-squares.ts";

const shown = 3;

export const schedule = defineVerb({
  name: "schedule",
  summary: "show or change when posts go out",
  usage: "[EXPRESSION] [--timezone ZONE]",
  details:
    "EXPRESSION is as in EventBridge Scheduler: 'cron(0 18 * * ? *)' for every day at 18:00, 'rate(6 hours)', or\n'at(2027-01-31T18:00:00)'. It is checked before anything changes. A pause stays in place.",
  options: { timezone: { type: "string", value: "ZONE", summary: "the time zone, for example Europe/Berlin" } },
  operands: { least: 0, most: 1 },
  async run({ deployment, clock }, { options: { timezone }, operands: [expression] }) {
    if (expression !== undefined) validateSchedule(expression, timezone ?? "UTC");
    const ports = await deployment();
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
