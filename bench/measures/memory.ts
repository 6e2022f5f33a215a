import { prices } from "@twobytwo/core/cost/prices";
import { functions } from "@twobytwo/stacks/blueprint";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result, Settings } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { queueSquares } from "../squares.ts";
import { median } from "../statistics.ts";
import { nodeOf } from "../throttle.ts";
import { openWorld } from "../world.ts";
import { functionOf, runs } from "./steps.ts";

interface Point {
  state: string;
  memoryMb: number;
  coldMs: number;
  warmMs: number;
}

async function curveAt(
  memoryMb: number,
  directory: string,
  { cold: coldRuns, warm: warmRuns }: { cold: number; warm: number },
): Promise<Point[] | undefined> {
  const throttled = await nodeOf(memoryMb, directory);
  if (throttled === undefined) return undefined;
  try {
    const world = await openWorld("shaped lines", { lambdaNode: throttled.node });
    try {
      const photo = await photograph(world.ports, { megapixels: 12 });
      await queueSquares(world.ports.table, { from: 0, count: 100, keys: photo.keys });
      const cold = await runs(world, coldRuns, () => world.cool());
      const warm = await runs(world, warmRuns, async () => {});
      return [...cold].map(([state, values]) => ({
        state,
        memoryMb,
        coldMs: median(values),
        warmMs: median(warm.get(state) ?? []),
      }));
    } finally {
      await world.close();
    }
  } finally {
    await throttled.close();
  }
}

async function curve(sizes: readonly number[], counts: { cold: number; warm: number }, tell: Settings["tell"]) {
  return inFolder(async (directory) => {
    const found: Point[] = [];
    for (const memoryMb of sizes) {
      tell(`${memoryMb} MB …`);
      const points = await curveAt(memoryMb, directory, counts);
      if (points === undefined) return undefined;
      found.push(...points);
    }
    return found;
  });
}

const dollarsPerMillion = (memoryMb: number, ms: number) =>
  (memoryMb / 1024) * (ms / 1000) * prices.lambdaGigabyteSecond * 1e6;

export const memory: Measure = {
  name: "memory",
  title: "(d) Memory, and with it the processor, against time and money",
  async run({ quick, tell }): Promise<Result> {
    const sizes = quick ? [512, 1_769] : [256, 512, 1_024, 1_769];
    const points = await curve(sizes, quick ? { cold: 1, warm: 2 } : { cold: 7, warm: 9 }, tell);
    if (points === undefined)
      return {
        table: { columns: ["state"], rows: [] },
        figures: {},
        notes: ["Not measured: this machine has no control groups for processor time, or no right to make one."],
      };
    const states = [...new Set(points.map(({ state }) => state))];
    const of = (state: string, size: number) =>
      points.find((one) => one.state === state && one.memoryMb === size) as Point;
    const whole = (size: number, key: "coldMs" | "warmMs") =>
      states.reduce((sum, state) => sum + of(state, size)[key], 0);
    const cells = (cold: (size: number) => number, warm: (size: number) => number) =>
      sizes.flatMap((size) => [
        Math.round(cold(size)),
        Math.round(warm(size)),
        Math.round(dollarsPerMillion(size, cold(size)) * 10) / 10,
      ]);
    return {
      table: {
        columns: [
          "state",
          "chosen MB",
          ...sizes.flatMap((size) => [`${size} MB: cold ms`, "warm ms", "$ a million cold"]),
        ],
        rows: [
          ...states.map((state) => [
            state,
            functions.find(({ name }) => name === functionOf(state)?.name)?.memory ?? "",
            ...cells(
              (size) => of(state, size).coldMs,
              (size) => of(state, size).warmMs,
            ),
          ]),
          [
            "all",
            "",
            ...cells(
              (size) => whole(size, "coldMs"),
              (size) => whole(size, "warmMs"),
            ),
          ],
        ],
      },
      figures: Object.fromEntries(
        points.flatMap(({ state, memoryMb, coldMs, warmMs }) => [
          [`coldMs.${memoryMb}.${state}`, coldMs],
          [`warmMs.${memoryMb}.${state}`, warmMs],
        ]),
      ),
      notes: [
        "Linux deals out processor time in the share that Lambda documents, one processor for 1,769 MB. The start of Node is throttled as well, where Lambda is said to give more: cold times are the upper end.",
      ],
    };
  },
};
