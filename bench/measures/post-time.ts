import { readFile } from "node:fs/promises";
import { costOfPost, total } from "@twobytwo/core/cost/cost";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { atLeast } from "../budgets.ts";
import type { Measure, Result } from "../measure.ts";
import { lines } from "../network/shape.ts";
import { photograph } from "../photograph.ts";
import { queueSquares } from "../squares.ts";
import { alternate, median, quantile } from "../statistics.ts";
import { openWorld, type World } from "../world.ts";
import { readsAt } from "./reads.ts";

const megapixels = 12;
/** Squares in the queue, all of which the first version lists. */
const waiting = 1_000;
const limitOfX = 5 * 1024 * 1024;

interface Slot {
  /** From the start to the tweet's arrival at X. */
  ms: number;
  /** Of all functions together, to the end of the run. */
  billedMs: number;
  /** To AWS, for all that the slot needs. */
  dollars: number;
}

/** @param post returns the number of state transitions. */
async function play(
  world: World,
  units: { readUnits: number; writeUnits: number },
  post: () => Promise<number>,
): Promise<Slot> {
  world.takeInvocations();
  const startedAt = performance.now();
  const transitions = await post();
  const ms = world.tweetedAt() - startedAt;
  const invocations = world.takeInvocations();
  const functions = invocations.map(({ memoryMb, durationMs }, index) => [
    index,
    { invocations: 1, memoryMb, milliseconds: durationMs },
  ]);
  const cost = costOfPost({ ...units, transitions, objectsRead: 1, functions: Object.fromEntries(functions) });
  return {
    ms,
    billedMs: invocations.reduce((sum, { durationMs }) => sum + durationMs, 0),
    dollars: total({ ...cost, x: 0 }),
  };
}

interface State {
  Next?: string;
  Choices?: { Next: string }[];
  Parameters?: { InvocationType?: string };
}

/** The workflow as it would be if no function started before its turn. */
async function withoutWarmUps(): Promise<object> {
  const definition = JSON.parse(await readFile(definitionFile, "utf8")) as {
    StartAt: string;
    States: Record<string, State>;
  };
  const { States } = definition;
  const afterWarmUps = (name: string) =>
    States[name]?.Parameters?.InvocationType === "Event" ? (States[name].Next ?? name) : name;
  for (const state of Object.values(States)) {
    if (state.Next !== undefined) state.Next = afterWarmUps(state.Next);
    for (const choice of state.Choices ?? []) choice.Next = afterWarmUps(choice.Next);
  }
  definition.StartAt = afterWarmUps(definition.StartAt);
  definition.States = Object.fromEntries(Object.entries(States).filter(([name]) => afterWarmUps(name) === name));
  return definition;
}

async function openPostWorld(options: Parameters<typeof openWorld>[1] = {}) {
  const world = await openWorld("shaped lines", options);
  const photo = await photograph(world.ports, { megapixels });
  await queueSquares(world.ports.table, { from: 0, count: waiting, keys: photo.keys });
  return { ...world, photo };
}

const sides = ["ours", "baseline"] as const;

export const postTime: Measure = {
  name: "post-time",
  title: "(b) From the start to the tweet at X, a photograph of 12 megapixels, and what a slot costs",
  async run({ quick, tell }): Promise<Result> {
    const [units] = await readsAt([waiting]);
    const world = await openPostWorld();
    const plain = await openPostWorld({ definition: await withoutWarmUps() });
    const { photo } = world;
    try {
      const ours = (of: World) => play(of, units!.ours, async () => (await of.post()).length);
      const baseline = (turn: number) =>
        play(world, units!.baseline, () => world.postAsBaseline((turn * 0.37) % 1).then(() => 0));
      tell("warm …");
      const warm = await alternate(quick ? 3 : 15, { ours: () => ours(world), baseline });
      // As it is on AWS when the last post was a day ago.
      const fromCold = (of: World, slot: (turn: number) => Promise<Slot>) => async (turn: number) => {
        await of.cool();
        return slot(turn);
      };
      tell("cold …");
      const played = await alternate(quick ? 2 : 9, {
        ours: fromCold(world, () => ours(world)),
        baseline: fromCold(world, baseline),
        plain: fromCold(plain, () => ours(plain)),
      });
      const cold = { ours: played.ours, baseline: played.baseline };
      const alone = { ours: played.plain, baseline: played.baseline };
      const rows = Object.entries({ warm, cold, "cold, no warm-ups": alone }).map(([name, slots]) => {
        const of = (key: keyof Slot) => sides.map((side) => slots[side].map((slot) => slot[key]));
        const [ours = [], baseline = []] = of("ms");
        return {
          name,
          ms: [ours, baseline].map(median),
          times: median(ours.map((value, turn) => (baseline[turn] ?? Number.NaN) / value)),
          spread: [ours, baseline].map((values) => quantile(values, 0.9)),
          billedMs: of("billedMs").map(median),
          dollars: of("dollars").map(median),
        };
      });
      return {
        table: {
          columns: [
            ...["functions", "ours ms", "baseline ms", "times faster", "ours p90", "baseline p90"],
            ...["ours billed ms", "baseline billed ms", "ours $ a million", "baseline $ a million"],
          ],
          rows: rows.map(({ name, ms, times, spread, billedMs, dollars }) => [
            name,
            ...ms.map(Math.round),
            Math.round(times * 100) / 100,
            ...[...spread, ...billedMs].map(Math.round),
            ...dollars.map((each) => Math.round(each * 1e6)),
          ]),
        },
        figures: Object.fromEntries([
          ...rows.flatMap(({ name, ms, times, billedMs, dollars }) => [
            [`${name}.timesFaster`, times],
            ...sides.flatMap((side, at) => [
              [`${name}.${side}Ms`, ms[at]],
              [`${name}.${side}BilledMs`, billedMs[at]],
              [`${name}.${side}Dollars`, dollars[at]],
            ]),
          ]),
          ["originalBytes", photo.original],
          ["renditionBytes", photo.rendition],
        ]),
        notes: [
          `The original has ${photo.original} bytes, what was prepared when it was added ${photo.rendition}.`,
          `Lines: ${JSON.stringify(lines)}.`,
          "What AWS charges: functions of 1,769 MB with their start, requests, state transitions, DynamoDB, S3 and the scheduler.",
          photo.original > limitOfX
            ? "X takes 5 MB: it would refuse the original. The emulator's limit is lifted for the baseline."
            : "",
        ].filter(Boolean),
      };
    } finally {
      await Promise.all([world.close(), plain.close()]);
    }
  },
  verdicts: ({ measured }, figures) => [
    atLeast(
      "times faster to the tweet than the baseline",
      figures["warm.timesFaster"] ?? Number.NaN,
      measured.leastFasterThanBaseline,
    ),
    atLeast(
      "times faster to the tweet than the baseline, cold",
      figures["cold.timesFaster"] ?? Number.NaN,
      measured.leastFasterCold,
    ),
  ],
};
