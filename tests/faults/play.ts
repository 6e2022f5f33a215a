import { createHash } from "node:crypto";
import { leaseMs } from "@twobytwo/core/posting/lease";
import { open, readStock } from "@twobytwo/core/squares/stock";
import { allSquares, executionsOf, judge, type Outcome } from "./invariants.ts";
import { scenarioOf } from "./scenario.ts";
import type { World } from "./world.ts";

export interface Played extends Outcome {
  seed: number;
  /** The same for the same seed: how every square ended, and how many posts there are. */
  end: string;
}

/** Enough for every claim that a scenario can leave open to be found, one or more a run. */
const mostRecoveries = 6;
const hour = 60 * 60 * 1000;

/** Plays one scenario to its end, lets the world heal, and judges what is left. */
export async function play(world: World, seed: number): Promise<Played> {
  const scenario = scenarioOf(seed);
  const before = new Set(executionsOf(world));
  await world.begin(scenario);
  for (const action of scenario.actions) await world.act(action);
  await world.mend();
  for (let run = 0; run < mostRecoveries; run += 1) {
    const { claimed, posting } = await readStock(world.ports.table);
    if (claimed + posting === 0) break;
    // The first recoveries fall into the time in which X refuses a second post, the later ones after it.
    world.shiftMs += run < 2 ? leaseMs + 60_000 : 13 * hour;
    await world.run({ scheduledTime: new Date(Date.now() + world.shiftMs).toISOString() });
  }
  // One that a trigger started may still be on its way on a busy machine; one that never ends ends the campaign.
  const { stepFunctions } = world.sandbox;
  const running = executionsOf(world).filter((arn) => stepFunctions.describe(arn).status === "RUNNING");
  await Promise.all(running.map((arn) => stepFunctions.wait(arn)));
  const outcome = await judge(world, before);
  return { ...outcome, seed, end: await digest(world) };
}

async function digest(world: World): Promise<string> {
  const squares = (await allSquares(world)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const facts = squares.map(({ id, status, attempts, lastError }) => [
    id,
    status,
    attempts ?? 0,
    lastError?.name ?? "",
  ]);
  const posts = world.sandbox.x.posts().map(({ text }) => text);
  return createHash("sha256")
    .update(JSON.stringify([facts, posts, open(await readStock(world.ports.table))]))
    .digest("hex")
    .slice(0, 12);
}
