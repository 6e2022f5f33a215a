import { expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";

it("finds no violation in a dozen scenarios; `npm run faults` plays thousands", {
  timeout: 600_000,
}, async () => {
  const campaign = await runCampaign({ subject: "workflow", seed: 1, runs: 12 });
  expect(campaign.failed.map(({ seed, violations }) => `seed ${seed}: ${violations.join("; ")}`)).toEqual([]);
  expect(campaign.runs).toBe(12);
  expect(Object.values(campaign.injected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
  expect(campaign.squares["posted"]).toBeGreaterThan(8);
});
