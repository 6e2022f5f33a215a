import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";

export const resume = defineVerb({
  usage: "",
  details: "Missed posts are skipped. A pause that the workflow made also ends by itself; resume tries at once.",
  options: {},
  operands: { least: 0, most: 0 },
  async run({ deployment }) {
    const ports = await deployment();
    await resumeSchedule(ports);
    const { posts, stock, rhythm } = await nextPosts(ports, { count: 1 });
    return { ...rhythm, waiting: stock.queued + stock.dated, ...(posts[0]?.at !== undefined && { next: posts[0].at }) };
  },
  print({ next, waiting, timeZone }) {
    if (waiting === 0) return "Resumed. The queue is empty; posting starts when you add a square.";
    return next === undefined
      ? "Resumed."
      : `Resumed. The next post goes out ${onTheWall(next, timeZone)}, ${timeZone}.`;
  },
});
