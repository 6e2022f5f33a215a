import "@twobytwo/scripts/require-node";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { PostUsage } from "@twobytwo/core/cost/cost";
import { buildFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";
import { functions } from "@twobytwo/stacks/blueprint";
import { photograph } from "./photograph.ts";
import { nameOf, postFacts } from "./post-facts.ts";
import { queueSquares } from "./squares.ts";
import { median } from "./statistics.ts";
import { openWorld } from "./world.ts";

/**
 * Measures what one post uses, for `2x2 cost`: `node scripts/run.mjs bench/post-figures.ts`. What is counted is the
 * same on every machine, and a test looks whether it still is; the milliseconds are those of a cold start of each
 * function on this machine, behind a network that is as slow as AWS's.
 */
const figuresFile = path.join(root, "packages", "cli", "src", "post-figures.json");

export interface PostFigures {
  /** ISO time. */
  measuredAt: string;
  usage: PostUsage;
}

/** What of the figures does not depend on the machine. */
export type Counted = Omit<PostUsage, "functions"> & {
  functions: Record<string, { invocations: number; memoryMb: number }>;
};

export async function countPost(): Promise<Counted> {
  const { transitions, readUnits, writeUnits, invocations } = await postFacts();
  const called = functions.filter(({ name }) => invocations[name] !== undefined);
  return {
    transitions,
    readUnits,
    writeUnits,
    objectsRead: 1,
    functions: Object.fromEntries(
      called.map(({ name, memory }) => [name, { invocations: invocations[name] ?? 0, memoryMb: memory }]),
    ),
  };
}

const runs = 5;

async function measurePost(): Promise<PostUsage> {
  const counted = await countPost();
  const world = await openWorld("shaped lines");
  try {
    const { keys } = await photograph(world.ports, { megapixels: 12 });
    await queueSquares(world.ports.table, { from: 0, count: runs + 20, keys });
    const times = new Map<string, number[]>();
    for (let run = 0; run < runs; run += 1) {
      await world.cool();
      world.takeInvocations();
      await world.post();
      const ended = world.takeInvocations();
      for (const name of Object.keys(counted.functions)) {
        const all = ended.filter((invocation) => nameOf(invocation) === name);
        times.set(name, [...(times.get(name) ?? []), all.reduce((sum, { durationMs }) => sum + durationMs, 0)]);
      }
    }
    const measured = Object.entries(counted.functions).map(([name, one]) => [
      name,
      { ...one, milliseconds: Math.round(median(times.get(name) ?? []) / one.invocations) },
    ]);
    return { ...counted, functions: Object.fromEntries(measured) };
  } finally {
    await world.close();
  }
}

export const readFigures = async (): Promise<PostFigures> => JSON.parse(await readFile(figuresFile, "utf8"));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildFunctions();
  const figures: PostFigures = { measuredAt: new Date().toISOString(), usage: await measurePost() };
  await writeFile(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`${path.relative(root, figuresFile)} is measured anew`);
}
