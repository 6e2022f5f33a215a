import { describe, expect, it } from "vitest";
import { simulate } from "./campaign.ts";
import { caught, knownSeeds } from "./known-seeds.ts";

const minutes = (count: number) => count * 60_000;

describe("the simulation", () => {
  it("finds no violation in 120 scenarios, in which everything strikes that can", {
    timeout: minutes(15),
  }, async () => {
    const { failed, runs, injected, posts } = await simulate({ seed: 1, runs: 120 });
    expect(failed.map(({ seed, violations }) => `seed ${seed}: ${violations.join("; ")}`)).toEqual([]);
    expect(runs).toBe(120);
    expect(posts).toBeGreaterThan(180);
    const kinds = Object.keys(injected).join("\n");
    for (const kind of [
      "dynamodb: kill",
      "dynamodb: lose-answer",
      "dynamodb: hang",
      "dynamodb: TransactionConflict",
      "dynamodb: ThrottlingError",
      "scheduler: ConflictException",
      "scheduler: stale",
      "ssm: ",
      "X: cut",
      "X: rate-limited",
      "X: address",
      "X: forbidden",
      "timeline: errors without data",
      "timeline: no attachments",
      "stopped in Tweet",
      "States.Timeout of",
      "redriven",
      "slot delivered twice",
      "act: restore",
      "act: import",
      "act: delete by hand",
      "act: unpost",
    ])
      expect(kinds).toContain(kind);
  });

  it("plays the same seed byte by byte the same, in another process too", { timeout: minutes(5) }, async () => {
    const journals = async () => {
      const found: [number, string][] = [];
      await simulate({ seed: 500, runs: 8, onPlayed: ({ seed, digest }) => found.push([seed, digest]) });
      return found.sort(([a], [b]) => a - b);
    };
    const first = await journals();
    expect(await journals()).toEqual(first);
    expect(new Set(first.map(([, digest]) => digest)).size).toBe(8);
  });

  it.each(Object.keys(knownSeeds))(
    "catches the version that is broken so: %s",
    { timeout: minutes(10) },
    async (name) => expect(await caught(name)).toBeDefined(),
  );
});
