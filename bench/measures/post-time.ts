import { atLeast } from "../budgets.ts";
import type { Measure, Result } from "../measure.ts";
import { lines } from "../network/shape.ts";
import { photograph } from "../photograph.ts";
import { queueSquares } from "../squares.ts";
import { alternate, median, quantile } from "../statistics.ts";
import { openWorld, type World } from "../world.ts";

const megapixels = 12;
/** Squares in the queue, all of which the first version lists. */
const waiting = 1_000;
const limitOfX = 5 * 1024 * 1024;

/** Milliseconds from the start to the tweet's arrival at X. */
async function untilTweeted(world: World, post: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await post();
  return world.tweetedAt() - startedAt;
}

export const postTime: Measure = {
  name: "post-time",
  title: "(b) From the start to the tweet at X, a photograph of 12 megapixels",
  async run({ quick, tell }): Promise<Result> {
    const world = await openWorld("shaped lines");
    try {
      const photo = await photograph(world.ports, { megapixels });
      await queueSquares(world.ports.table, { from: 0, count: waiting, keys: photo.keys });
      const sides = {
        ours: () => untilTweeted(world, () => world.post()),
        baseline: (turn: number) => untilTweeted(world, () => world.postAsBaseline((turn * 0.37) % 1)),
      };
      tell("warm …");
      const warm = await alternate(quick ? 3 : 15, sides);
      // As it is on AWS when the last post was a day ago.
      tell("cold …");
      const fromCold = await alternate(quick ? 2 : 9, {
        ours: async () => {
          await world.cool();
          return sides.ours();
        },
        baseline: async (turn) => {
          await world.cool();
          return sides.baseline(turn);
        },
      });
      const rows = Object.entries({ warm, cold: fromCold }).map(([name, { ours, baseline }]) => ({
        name,
        ours: median(ours),
        baseline: median(baseline),
        times: median(ours.map((value, turn) => (baseline[turn] ?? Number.NaN) / value)),
        spread: [ours, baseline].map((values) => quantile(values, 0.9)),
      }));
      return {
        table: {
          columns: ["functions", "ours ms", "baseline ms", "times faster", "ours p90", "baseline p90"],
          rows: rows.map(({ name, ours, baseline, times, spread }) => [
            name,
            Math.round(ours),
            Math.round(baseline),
            Math.round(times * 100) / 100,
            ...spread.map(Math.round),
          ]),
        },
        figures: Object.fromEntries([
          ...rows.flatMap(({ name, ours, baseline, times }) => [
            [`${name}.oursMs`, ours],
            [`${name}.baselineMs`, baseline],
            [`${name}.timesFaster`, times],
          ]),
          ["originalBytes", photo.original],
          ["renditionBytes", photo.rendition],
        ]),
        notes: [
          `The original has ${photo.original} bytes, what was prepared when it was added ${photo.rendition}.`,
          `Lines: ${JSON.stringify(lines)}.`,
          photo.original > limitOfX
            ? "X takes 5 MB: it would refuse the original. The emulator's limit is lifted for the baseline."
            : "",
        ].filter(Boolean),
      };
    } finally {
      await world.close();
    }
  },
  verdicts: ({ measured }, figures) => [
    atLeast(
      "times faster to the tweet than the baseline",
      figures["warm.timesFaster"] ?? Number.NaN,
      measured.leastFasterThanBaseline,
    ),
  ],
};
