import "@twobytwo/scripts/require-node";
import { parseArgs } from "node:util";
import { buildFunctions } from "@twobytwo/scripts/build";
import { simulate } from "../simulation/campaign.ts";
import { tryMutants } from "../simulation/mutant-trials.ts";
import { printScenario } from "../simulation/print-scenario.ts";
import { simulationReport } from "../simulation/report.ts";
import { bundleReport } from "./bundle-report.ts";
import { runCampaign } from "./campaign.ts";

const usage = `npm run faults -- [--runs N] [--seed S] [--mutants [--only NAME]] [--bundles N] [--baseline-runs N]

  --runs N           scenarios of the simulation to play, 100 unless given; one is told step by step
  --seed S           the first scenario's seed, 1 unless given; a seed plays the same scenario to the same end
  --mutants          plays versions that are broken on purpose instead, until each is caught
  --only NAME        of these, those whose name has this in it
  --bundles N        plays N scenarios with the built bundles over HTTP instead
  --baseline-runs N  scenarios for the first version's order of work, a tenth of those unless given; 0 for none`;

const options = {
  runs: { type: "string" },
  seed: { type: "string" },
  mutants: { type: "boolean" },
  only: { type: "string" },
  bundles: { type: "string" },
  "baseline-runs": { type: "string" },
} as const;

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    const seed = wholeNumber("--seed", values.seed ?? "1");
    if (values.mutants) return await tryMutants({ seed, only: values.only ?? "" });
    if (values.bundles !== undefined) {
      const runs = wholeNumber("--bundles", values.bundles);
      return await playBundles(
        seed,
        runs,
        wholeNumber("--baseline-runs", values["baseline-runs"] ?? String(Math.ceil(runs / 10))),
      );
    }
    return await playSimulation(seed, wholeNumber("--runs", values.runs ?? "100"));
  } catch (error) {
    if (!(error instanceof UsageError) && !String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS"))
      throw error;
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

class UsageError extends Error {}

function wholeNumber(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError(`${name} takes a whole number, not ${JSON.stringify(value)}.`);
}

async function playSimulation(seed: number, runs: number): Promise<number> {
  if (runs === 1) await printScenario(seed);
  let played = 0;
  const simulation = await simulate({
    seed,
    runs,
    onPlayed({ seed: which, violations }) {
      played += 1;
      for (const violation of violations) console.log(`✗ seed ${which}: ${violation}`);
      if (played % 500 === 0) console.error(`${played} of ${runs} …`);
    },
  });
  console.log(simulationReport(simulation));
  return lastLine(simulation);
}

async function playBundles(seed: number, runs: number, baselineRuns: number): Promise<number> {
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
  const baseline = baselineRuns > 0 ? await runCampaign({ subject: "baseline", seed, runs: baselineRuns }) : undefined;
  console.log(bundleReport(campaign, baseline));
  return lastLine(campaign, "--bundles 1 ");
}

interface Ended {
  runs: number;
  injected: Record<string, number>;
  failed: { seed: number; violations: string[] }[];
}

/** What programs read; nothing is printed after it. */
function lastLine({ runs, injected, failed }: Ended, how = "--runs 1 "): number {
  for (const { seed } of failed) console.log(`again: npm run faults -- ${how}--seed ${seed}`);
  const faults = Object.values(injected).reduce((total, count) => total + count, 0);
  const violations = failed.reduce((total, one) => total + one.violations.length, 0);
  console.log(`${runs} runs, ${faults} faults, ${violations} violations`);
  return violations > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
