import { describe, expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";

const quarter = 15 * 60_000;

describe("the fault campaign", () => {
  it("finds no violation in 150 scenarios, and strikes in every way it knows", { timeout: quarter }, async () => {
    const campaign = await runCampaign({ subject: "workflow", seed: 1, runs: 150 });
    expect(campaign.failed.map(({ seed, violations }) => `seed ${seed}: ${violations.join("; ")}`)).toEqual([]);
    expect(campaign.runs).toBe(150);
    const kinds = Object.keys(campaign.injected).join();
    for (const kind of [
      "killed before",
      "killed after",
      "lose-answer",
      "cut",
      "Throttl",
      "meanwhile: add",
      "meanwhile: pause",
      "meanwhile: jump",
      "meanwhile: slot",
      "X: lost-answer",
      "X: rate-limited",
    ])
      expect(kinds).toContain(kind);
    expect(campaign.squares["posted"]).toBeGreaterThan(150);
  });

  it("plays the same seed to the same end", { timeout: quarter }, async () => {
    const ends = async () => {
      const found: [number, string][] = [];
      await runCampaign({
        subject: "workflow",
        seed: 500,
        runs: 8,
        onPlayed: ({ seed, end }) => found.push([seed, end]),
      });
      return found.sort(([a], [b]) => a - b);
    };
    const first = await ends();
    expect(await ends()).toEqual(first);
    expect(new Set(first.map(([, end]) => end)).size).toBeGreaterThan(4);
  });

  // Each starts a little before a seed that is known to catch it.
  it.each([
    ["marks a square before it is tweeted", "marks-first", 1, /is posted, and its post/],
    ["uploads again when it sends again", "uploads-again", 60, /one picture is posted \d times/],
    [
      "disables the schedule without a second look",
      "one-look",
      16,
      /there is stock, nobody paused, and the schedule sleeps/,
    ],
  ] as const)("catches a build that %s", { timeout: quarter }, async (_, subject, seed, violation) => {
    const { failed } = await runCampaign({ subject, seed, runs: 400, untilFailure: true });
    expect(failed.flatMap(({ violations }) => violations).join("\n")).toMatch(violation);
  });

  it("counts the repeats of the first version's order of work", { timeout: quarter }, async () => {
    const baseline = await runCampaign({ subject: "baseline", seed: 41, runs: 20 });
    expect(baseline.repeats).toBeGreaterThan(0);
  });
});
