import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildFunctions } from "@twobytwo/scripts/build";
import { readBudgets } from "./budgets.ts";
import { describeMachine, projectVersion } from "./machine.ts";
import type { Result } from "./measure.ts";
import { measures } from "./measures.ts";
import { printMachine } from "./report.ts";
import { runMeasures } from "./run-measures.ts";

const usage = `npm run bench -- [--check] [--only NAME,…] [--quick] [--budgets FILE] [--results FOLDER]

--check    ends with 1 where a budget of bench/budgets.json is not kept
--only     ${measures.map(({ name }) => name).join(", ")}
--quick    fewer runs and smaller numbers: to try the bench, not to quote it; writes no results
--results  where the results go, bench/results unless given`;

/** A wrong use: said without a stack. */
class UsageError extends Error {}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        check: { type: "boolean", default: false },
        only: { type: "string" },
        quick: { type: "boolean", default: false },
        budgets: { type: "string" },
        results: { type: "string", default: fileURLToPath(new URL("results", import.meta.url)) },
        help: { type: "boolean", default: false },
      },
    });
    const names = values.only?.split(",") ?? measures.map(({ name }) => name);
    const unknown = names.filter((name) => !measures.some((measure) => measure.name === name));
    if (unknown.length > 0) throw new UsageError(`There is no measure ${unknown.join(", ")}.`);
    return { ...values, chosen: measures.filter(({ name }) => names.includes(name)) };
  } catch (error) {
    if (error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS"))
      throw new UsageError(`${(error as Error).message}\n\n${usage}`);
    throw error;
  }
}

/** @returns false where a measure broke, or a budget is not kept. */
async function bench(): Promise<boolean> {
  const { check, quick, help, chosen, ...given } = readArguments();
  if (help) {
    console.log(usage);
    return true;
  }
  const budgets = await readBudgets(given.budgets === undefined ? undefined : pathToFileURL(given.budgets));
  const machine = describeMachine();
  console.log(printMachine(machine));
  // What is measured is what the sources are now; a quick look takes what is there.
  if (!quick) await buildFunctions();
  const { exceeded, broken } = await runMeasures(chosen, {
    budgets,
    quick,
    print: (text) => console.log(text),
    tell: (text) => console.error(text),
    async keep({ name, title }, result) {
      if (!quick)
        await writeResult(given.results, name, { title, version: await projectVersion(), machine, ...result });
    },
  });
  return broken === 0 && (!check || exceeded === 0);
}

async function writeResult(folder: string, name: string, result: Result & Record<string, unknown>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dated = { measuredAt: new Date().toISOString(), ...result };
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(dated, undefined, 2)}\n`);
}

try {
  // A measure that has not ended would keep it.
  process.exit((await bench()) ? 0 : 1);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
