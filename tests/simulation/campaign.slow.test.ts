import { describe, expect, it } from "vitest";
import { simulate } from "./campaign.ts";
import { caught, knownSeeds } from "./known-seeds.ts";

const minutes = (count: number) => count * 60_000;

describe("the simulation", () => {
  it("plays the same seed byte by byte the same, in another process too", { timeout: minutes(5) }, async () => {
    const journals = async () => {
      const found: [number, string][] = [];
      await simulate({ seed: 500, runs: 4, onPlayed: ({ seed, digest }) => found.push([seed, digest]) });
      return found.sort(([a], [b]) => a - b);
    };
    const first = await journals();
    expect(await journals()).toEqual(first);
    expect(new Set(first.map(([, digest]) => digest)).size).toBe(4);
  });

  // Each sixth: `npm run faults -- --mutants` tries them all.
  it.each(Object.keys(knownSeeds).filter((_, index) => index % 6 === 0))(
    "catches the version that is broken so: %s",
    { timeout: minutes(10) },
    async (name) => expect(await caught(name)).toBeDefined(),
  );
});
