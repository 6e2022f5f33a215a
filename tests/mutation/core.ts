import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "@twobytwo/scripts/root";
import { notSampled } from "./sample.ts";
import { type MutantState, scoreOf } from "./score.ts";
import { stryker } from "./stryker.ts";

/**
 * `npm run mutation:core [-- --share 0.05 --seed 1] [-- --mutate FILES]`: tries a sample of all mutants of core, and
 * prints the score of each file and of all, with how far off the sample may be. What survived is in the report,
 * `.cache/mutation/core.json`, and printed by line.
 */
const { values } = parseArgs({
  options: {
    share: { type: "string", default: "0.05" },
    seed: { type: "string", default: "1" },
    mutate: { type: "string" },
  },
});
const status = stryker(["tests/mutation/core.config.mjs", ...(values.mutate ? ["--mutate", values.mutate] : [])], {
  TWOBYTWO_MUTATION_SHARE: values.share,
  TWOBYTWO_MUTATION_SEED: values.seed,
});
if (status !== 0) process.exit(status);

interface Report {
  files: Record<
    string,
    {
      mutants: {
        status: string;
        statusReason?: string;
        mutatorName: string;
        replacement?: string;
        location: { start: { line: number } };
      }[];
    }
  >;
}
const { files } = JSON.parse(readFileSync(path.join(root, ".cache", "mutation", "core.json"), "utf8")) as Report;
const all: MutantState[] = [];
for (const [file, { mutants }] of Object.entries(files).sort()) {
  const states = mutants.map(({ status, statusReason }): MutantState => {
    if (status === "CompileError") return statusReason === notSampled ? "not sampled" : "invalid";
    if (status === "Killed" || status === "Timeout") return "noticed";
    if (status === "Survived") return "survived";
    return status === "NoCoverage" ? "never run" : "invalid";
  });
  all.push(...states);
  const { tried, survived, neverRun } = scoreOf(states);
  if (survived > 0 || neverRun > 0)
    console.log(`${file}: ${survived} of ${tried} survived, ${neverRun} of ${states.length} are never run`);
  for (const [index, { mutatorName, replacement, location }] of mutants.entries())
    if (states[index] === "survived" || states[index] === "never run")
      console.log(`  ${location.start.line} ${mutatorName} ${states[index]}: ${replacement?.split("\n")[0] ?? ""}`);
}
const { score, margin, tried, survived, neverRun, mutants } = scoreOf(all);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
console.log(
  `\n${mutants} mutants, ${neverRun} never run by a test; of the others ${tried} tried, ${survived} survived.\n` +
    `Score ${percent(score)}, 95 % sure to be within ${percent(margin)} of that of all of them (seed ${values.seed}).`,
);
