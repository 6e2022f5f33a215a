import { prices } from "@twobytwo/core/cost/prices";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { queueSquares } from "../squares.ts";
import { median } from "../statistics.ts";
import { nodeOf } from "../throttle.ts";
import { openWorld, type World } from "../world.ts";

/** Milliseconds of all functions of a post, together. */
interface Times {
  memoryMb: number;
  coldMs: number;
  warmMs: number;
}

async function milliseconds(world: World): Promise<number> {
  world.takeInvocations();
  await world.post();
  return world.takeInvocations().reduce((sum, { durationMs }) => sum + durationMs, 0);
}

async function timesAt(
  memoryMb: number,
  directory: string,
  runs: { cold: number; warm: number },
): Promise<Times | undefined> {
  const throttled = await nodeOf(memoryMb, directory);
  if (throttled === undefined) return undefined;
  const world = await openWorld("shaped lines", { lambdaNode: throttled.node });
  try {
    const photo = await photograph(world.ports, { megapixels: 12 });
    await queueSquares(world.ports.table, { from: 0, count: 100, keys: photo.keys });
    const [cold, warm]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs.cold; run += 1) {
      await world.cool();
      cold.push(await milliseconds(world));
    }
    for (let run = 0; run < runs.warm; run += 1) warm.push(await milliseconds(world));
    return { memoryMb, coldMs: median(cold), warmMs: median(warm) };
  } finally {
    await world.close();
    await throttled.close();
  }
}

const dollarsPerMillion = (memoryMb: number, ms: number) =>
  (memoryMb / 1024) * (ms / 1000) * prices.lambdaGigabyteSecond * 1e6;

export const memory: Measure = {
  name: "memory",
  title: "(d) Memory, and with it the processor, against time and money: all functions of a post",
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (directory) => {
      const found: Times[] = [];
      for (const memoryMb of quick ? [512, 1_769] : [256, 512, 1_024, 1_769]) {
        tell(`${memoryMb} MB …`);
        const times = await timesAt(memoryMb, directory, quick ? { cold: 1, warm: 2 } : { cold: 3, warm: 5 });
        if (times !== undefined) found.push(times);
      }
      return {
        table: {
          columns: ["memory", "cold ms", "warm ms", "$ a million posts, cold"],
          rows: found.map(({ memoryMb, coldMs, warmMs }) => [
            `${memoryMb} MB`,
            Math.round(coldMs),
            Math.round(warmMs),
            Math.round(dollarsPerMillion(memoryMb, coldMs) * 10) / 10,
          ]),
        },
        figures: Object.fromEntries(
          found.flatMap(({ memoryMb, coldMs, warmMs }) => [
            [`coldMs.${memoryMb}`, coldMs],
            [`warmMs.${memoryMb}`, warmMs],
          ]),
        ),
        notes: [
          found.length === 0
            ? "Not measured: this machine has no control groups for processor time, or no right to make one."
            : "Linux gives each process the share of a processor that Lambda documents, one processor for 1,769 MB. The start of Node is throttled as well, where Lambda is said to give more: cold times are an upper bound.",
        ],
      };
    }),
};
