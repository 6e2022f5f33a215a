/// <reference path="../.sst/platform/config.d.ts" />
import { execFileSync } from "node:child_process";
import { runtime } from "./deployment-facts.ts";

/**
 * Builds what every function ships, `dist/lambda/<name>`: the bundle of `npm run build`, byte for byte, and beside it
 * what no bundle can hold. With `TWOBYTWO_PREBUILT=1` what an earlier build left is taken as it is.
 */
export function buildCode(): void {
  if ($dev || process.env["TWOBYTWO_PREBUILT"] === "1") return;
  execFileSync(process.execPath, ["scripts/run.mjs", "scripts/lambda-folders.ts"], {
    cwd: $cli.paths.root,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Under `sst dev` a function runs on this machine from its source, so that a change is live as soon as it is saved. */
export const codeOf = (name: string) =>
  $dev
    ? { handler: `packages/functions/src/${name}.handler` }
    : { bundle: `dist/lambda/${name}`, handler: runtime.handler };
