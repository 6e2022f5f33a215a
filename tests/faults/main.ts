import "../../scripts/require-node.mjs";
import { parseArgs } from "node:util";
import { buildFunctions } from "../../scripts/build.ts";
import { type Campaign, runCampaign } from "./campaign.ts";

const usage = `npm run faults -- [--runs N] [--seed S] [--baseline-runs N]

  --runs N           scenarios to play, 100 unless given
  --seed S           the first scenario's seed, 1 unless given; a seed plays the same scenario to the same end
  --baseline-runs N  scenarios for the first version's order of work, a tenth of N unless given; 0 for none`;

async function main(args: readonly string[]): Promise<number> {
  let runs: number;
  let seed: number;
  let baselineRuns: number;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { runs: { type: "string" }, seed: { type: "string" }, "baseline-runs": { type: "string" } },
    });
    runs = wholeNumber("--runs", values.runs ?? "100");
    seed = wholeNumber("--seed", values.seed ?? "1");
    baselineRuns = wholeNumber("--baseline-runs", values["baseline-runs"] ?? String(Math.ceil(runs / 10)));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  await buildFunctions();
  let played = 0;
  const campaign = await runCampaign({
    subject: "workflow",
    seed,
    runs,
    onPlayed({ seed: which, end, violations }) {
      played += 1;
      for (const violation of violations) console.log(`✗ seed ${which} (end ${end}): ${violation}`);
      if (played % 100 === 0) console.error(`${played} of ${runs} …`);
    },
  });
  if (runs === 1) console.log(`The scenario of seed ${seed} was played.`);
  const baseline = baselineRuns > 0 ? await runCampaign({ subject: "baseline", seed, runs: baselineRuns }) : undefined;
  console.log(report(campaign, baseline));
  for (const { seed: which } of campaign.failed) console.log(`again: npm run faults -- --runs 1 --seed ${which}`);
  const faults = sum(campaign.injected);
  const violations = campaign.failed.reduce((total, failed) => total + failed.violations.length, 0);
  console.log(`${campaign.runs} runs, ${faults} faults, ${violations} violations`);
  return violations > 0 ? 1 : 0;
}

function wholeNumber(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new Error(`${name} takes a whole number, not ${JSON.stringify(value)}.`);
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

function report(campaign: Campaign, baseline: Campaign | undefined): string {
  const lines = ["", "What struck, and how often:"];
  for (const [kind, count] of Object.entries(campaign.injected).sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.push(`  ${kind.padEnd(48)} ${String(count).padStart(6)}`);
  lines.push("", "How the squares ended:");
  for (const [status, count] of Object.entries(campaign.squares))
    lines.push(`  ${status.padEnd(12)} ${String(count).padStart(6)}`);
  lines.push("", `${"".padEnd(36)} ${"twobytwo".padStart(10)} ${"first version's order".padStart(22)}`);
  const row = (name: string, of: (one: Campaign) => number) =>
    lines.push(
      `${name.padEnd(36)} ${String(of(campaign)).padStart(10)} ${(baseline ? String(of(baseline)) : "-").padStart(22)}`,
    );
  row("scenarios", ({ runs }) => runs);
  row("faults", ({ injected }) => sum(injected));
  row("pictures posted more than once", ({ repeats }) => repeats);
  row("posts and squares that disagree", ({ losses }) => losses);
  return `${lines.join("\n")}\n`;
}

process.exitCode = await main(process.argv.slice(2));
