/// <reference path="../.sst/platform/config.d.ts" />
import { spawnSync } from "node:child_process";
import { isCheckedBefore } from "./place.ts";
import { keptSettings, readSettings, type Settings } from "./settings.ts";

/** What `2x2 preflight --json` prints, as far as it is used here. */
interface Found {
  checks: { name: string; state: string; what: string; wayOut?: string; of?: string[] }[];
  settings: Record<string, string>;
  concurrency?: { web: number; ingest: number };
}

/** The settings with which the stage is deployed, and the variables that it keeps for the next deployment. */
export interface Asked {
  settings: Settings;
  kept: Record<string, string>;
}

/**
 * Runs the check that every deployment begins with, and reads from the stage what is not set here. With
 * `TWOBYTWO_PREFLIGHT=off` it does neither.
 *
 * @throws Error that says what is in the way, before anything of the stage is made.
 */
export function askBefore(): Asked {
  if (!isCheckedBefore()) return { settings: readSettings(), kept: keptSettings(process.env) };
  const { checks, settings: kept, concurrency } = run();
  const lines = checks.map(({ name, state, what, wayOut = "", of = [] }) => ({
    state,
    text: [`${name}: ${what}`, ...of.map((one) => `  ${one}`), ...(wayOut ? [`  ${wayOut}`] : [])].join("\n"),
  }));
  const wrong = lines.filter(({ state }) => state === "wrong").map(({ text }) => text);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  for (const { state, text } of lines) if (state !== "ok") console.log(text);
  const settings = readSettings({ ...process.env, ...kept });
  // The stage keeps what was wanted: where the account allows more one day, it gets more.
  const { web: mostWebRequests, ingest: mostIngests } = concurrency ?? {
    web: settings.mostWebRequests,
    ingest: settings.mostIngests,
  };
  return { kept, settings: { ...settings, mostWebRequests, mostIngests } };
}

function run(): Found {
  const args = [
    "packages/cli/src/main.ts",
    "preflight",
    "--with",
    "sst",
    "--within-sst",
    "--json",
    "--stage",
    $app.stage,
  ];
  const { stdout, error } = spawnSync(process.execPath, ["scripts/run.mjs", ...args], {
    cwd: $cli.paths.root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    // Where SST deploys to is what has to be looked at.
    env: { ...process.env, AWS_REGION: process.env["SST_AWS_REGION"] },
  });
  if (error !== undefined) throw error;
  const found = JSON.parse(stdout) as Found & { error?: { message: string } };
  if (found.error !== undefined) throw new Error(found.error.message);
  return found;
}
