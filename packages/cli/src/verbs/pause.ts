import { pauseByPerson } from "@twobytwo/core/schedule/pause-and-resume";
import { readRhythm } from "@twobytwo/core/schedule/rhythm";
import { onTheWall, parseTime } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";

export const pause = defineVerb({
  name: "pause",
  summary: "stop posting, until somebody resumes or until a date",
  usage: "[--until DATE] [--reason REASON]",
  details:
    "DATE is a day (2027-01-31), a day and a time (2027-01-31T18:00) in the schedule's time zone, or a length (12h, 3d, 2w).\nNothing is lost: the queue stays as it is, and what is added meanwhile waits.",
  options: {
    until: { type: "string", value: "DATE", summary: "posts go on by themselves from then on" },
    reason: { type: "string", value: "REASON", summary: "why, for whoever looks later" },
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
      ? "Paused. `2x2 resume` goes on."
      : `Paused until ${onTheWall(until, timeZone)}, ${timeZone}. \`2x2 resume\` goes on earlier.`,
});
