import { pauseByPerson } from "@twobytwo/core/schedule/pause-and-resume";
import { readRhythm } from "@twobytwo/core/schedule/rhythm";
import { onTheWall, parseTime } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";

export const pause = defineVerb({
  usage: "[--until DATE] [--reason REASON]",
  details:
    "DATE is a day (2027-01-31) or a day and time (2027-01-31T18:00) in the schedule's time zone, or a duration (12h, 3d, 2w).\nThe queue stays as it is, and squares added meanwhile wait.",
  options: {
    until: { type: "string", value: "DATE", summary: "resume automatically at this time" },
    reason: { type: "string", value: "REASON", summary: "why, as a note for later" },
  },
  operands: { least: 0, most: 0 },
  async run({ deployment }, { options: { until, reason } }) {
    const ports = await deployment();
    const { timeZone } = await readRhythm(ports.schedule, ports.clock);
    const made = await pauseByPerson(ports, {
      ...(until !== undefined && { until: parseTime(until, { timeZone, now: ports.clock() }) }),
      ...(reason !== undefined && { reason }),
    });
    return { ...made, timeZone };
  },
  print: ({ until, timeZone }) =>
    until === undefined
      ? "Paused. `2x2 resume` ends the pause."
      : `Paused until ${onTheWall(until, timeZone)}, ${timeZone}. \`2x2 resume\` ends the pause earlier.`,
});
