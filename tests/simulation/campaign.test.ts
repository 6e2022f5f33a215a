import { describe, expect, it } from "vitest";
import { simulate } from "./campaign.ts";
import { caught } from "./known-seeds.ts";

const minutes = (count: number) => count * 60_000;

describe("the simulation, in part: `npm run faults` plays thousands", () => {
  it("finds no violation in 40 scenarios, in which much strikes", { timeout: minutes(10) }, async () => {
    const { failed, runs, injected, posts } = await simulate({ seed: 21, runs: 40 });
    expect(failed.map(({ seed, violations }) => `seed ${seed}: ${violations.join("; ")}`)).toEqual([]);
    expect(runs).toBe(40);
    expect(posts).toBeGreaterThan(60);
    const kinds = Object.keys(injected).join("\n");
    for (const kind of [
      "dynamodb: kill",
      "dynamodb: lose-answer",
      "X: cut",
      "timeline: ",
      "States.Timeout of",
      "act: ",
    ])
      expect(kinds).toContain(kind);
  });

  // One for each promise: a post that is made twice, two posts of one slot, and a square that is lost.
  it.each(["sends again after one look", "one slot posts twice", "released squares leave the queue"] as const)(
    "catches the version that is broken so: %s",
    { timeout: minutes(10) },
    async (name) => expect(await caught(name)).toBeDefined(),
  );
});
