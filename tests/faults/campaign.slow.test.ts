import { describe, expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";

const quarter = 15 * 60_000;

describe("the fault campaign", () => {
  it("finds no violation in 30 scenarios, and strikes in every way it knows", { timeout: quarter }, async () => {
    const campaign = await runCampaign({ subject: "workflow", seed: 1, runs: 30 });
    expect(campaign.failed.map(({ seed, violations }) => `seed ${seed}: ${violations.join("; ")}`)).toEqual([]);
    expect(campaign.runs).toBe(30);
    const kinds = Object.keys(campaign.injected).join();
    for (const kind of [
      "killed before",
      "killed after",
      "lose-answer",
      "cut",
      "Throttl",
      "meanwhile: add",
      "meanwhile: jump",
      "meanwhile: slot",
    ])
      expect(kinds).toContain(kind);
    expect(campaign.squares["posted"]).toBeGreaterThan(30);
  });

  it("plays the same seed to the same end", { timeout: quarter }, async () => {
    const ends = async () => {
      const found: [number, string][] = [];
      await runCampaign({
        subject: "workflow",
        seed: 500,
        runs: 4,
        onPlayed: ({ seed, end }) => found.push([seed, end]),
      });
      return found.sort(([a], [b]) => a - b);
    };
    const first = await ends();
    expect(await ends()).toEqual(first);
    expect(new Set(first.map(([, end]) => end)).size).toBeGreaterThan(2);
  });

  it("counts the repeats of the first version's order of work", { timeout: quarter }, async () => {
    const baseline = await runCampaign({ subject: "baseline", seed: 41, runs: 8 });
    expect(baseline.repeats).toBeGreaterThan(0);
  });
});
