import { costOfPost, total } from "@twobytwo/core/cost/cost";
import { prices } from "@twobytwo/core/cost/prices";
import type { StepLine } from "@twobytwo/core/runs/history";
import { functions } from "@twobytwo/stacks/blueprint";
import { atMost } from "../budgets.ts";
import type { Measure, Result } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { postFacts } from "../post-facts.ts";
import { queueSquares } from "../squares.ts";
import { median } from "../statistics.ts";
import { openWorld, type World } from "../world.ts";

const daysInMonth = 30;

/** Name of the state and of its function: "Fetch media" is `fetch-media`. */
export const functionOf = (state: string) =>
  functions.find(
    ({ name, placeholder }) => placeholder !== undefined && name === state.toLowerCase().replaceAll(" ", "-"),
  );

/** Milliseconds of every Lambda of each run, by state: what is billed, and where it is cold the start with it. */
export async function runs(
  world: World,
  count: number,
  before: () => Promise<unknown>,
): Promise<Map<string, number[]>> {
  const byState = new Map<string, number[]>();
  for (let run = 0; run < count; run += 1) {
    await before();
    for (const step of (await world.post()).filter(({ attempts }) => attempts.length > 0))
      byState.set(step.state, [...(byState.get(step.state) ?? []), milliseconds(step)]);
  }
  return byState;
}

const milliseconds = ({ attempts }: StepLine) => attempts.reduce((sum, attempt) => sum + attempt.milliseconds, 0);
const rounded = (value: number, digits: number) => Number(value.toPrecision(digits));

export const steps: Measure = {
  name: "steps",
  title: "(e) Steps of a post, and what they cost",
  async run({ quick, tell }): Promise<Result> {
    const facts = await postFacts();
    const world = await openWorld("shaped lines");
    try {
      const photo = await photograph(world.ports, { megapixels: 12 });
      await queueSquares(world.ports.table, { from: 0, count: 100, keys: photo.keys });
      tell("cold …");
      const cold = await runs(world, quick ? 2 : 7, () => world.cool());
      tell("warm …");
      const warm = await runs(world, quick ? 2 : 15, async () => {});
      const rows = [...cold].map(([state, values]) => {
        const { name = "", memory = 0 } = functionOf(state) ?? {};
        return { state, name, memory, cold: median(values), warm: median(warm.get(state) ?? values) };
      });
      const onAws = (key: "cold" | "warm") => {
        const called = rows.map(({ name, memory, [key]: milliseconds }) => [
          name,
          { invocations: 1, memoryMb: memory, milliseconds },
        ]);
        const { x, ...aws } = costOfPost({ ...facts, objectsRead: 1, functions: Object.fromEntries(called) });
        return total({ ...aws, x: 0 });
      };
      const [costCold, costWarm] = [onAws("cold"), onAws("warm")];
      const month = (posts: number, cost: number) => rounded(posts * daysInMonth * cost, 3);
      return {
        table: {
          columns: ["state", "MB", "calls", "warm ms", "cold ms"],
          rows: [
            ...rows.map(({ state, name, memory, cold, warm }) => [
              state,
              memory,
              facts.roundTrips[name] ?? 0,
              Math.round(warm),
              Math.round(cold),
            ]),
            [
              "all",
              "",
              Object.values(facts.roundTrips).reduce((sum, count) => sum + count, 0),
              Math.round(rows.reduce((sum, row) => sum + row.warm, 0)),
              Math.round(rows.reduce((sum, row) => sum + row.cold, 0)),
            ],
          ],
        },
        figures: {
          transitions: facts.transitions,
          readUnits: facts.readUnits,
          writeUnits: facts.writeUnits,
          ...Object.fromEntries(Object.entries(facts.roundTrips).map(([name, count]) => [`roundTrips.${name}`, count])),
          awsDollarsCold: costCold,
          awsDollarsWarm: costWarm,
        },
        notes: [
          `${facts.transitions} state transitions, ${facts.readUnits} read and ${facts.writeUnits} write units a post.`,
          `AWS asks $${rounded(costCold, 3)} a post where all is cold; a month of a post a day: $${month(1, costCold)}, of a post an hour: $${month(24, costCold)}. X asks $${prices.postOnX} a post.`,
        ],
      };
    } finally {
      await world.close();
    }
  },
  verdicts: ({ post }, figures) => [
    atMost("state transitions a post", figures["transitions"] ?? Number.NaN, post.transitions),
    ...Object.entries(post.roundTrips).map(([name, limit]) =>
      atMost(`calls of ${name} to other services`, figures[`roundTrips.${name}`] ?? 0, limit),
    ),
  ],
};
