import { simulate } from "./campaign.ts";
import { mutants } from "./mutants.ts";

/** Scenarios within which each has to be caught. */
export const mostScenarios = 300;

/** Plays each broken version until it is caught, and prints a table. @returns 1 where one is not. */
export async function tryMutants({ seed, only }: { seed: number; only: string }): Promise<number> {
  const chosen = mutants.filter(({ name }) => name.includes(only));
  let escaped = 0;
  console.log(`${"broken version".padEnd(52)} ${"seed".padStart(6)}  caught by`);
  for (const { name } of chosen) {
    const { failed } = await simulate({ seed, runs: mostScenarios, mutant: name, untilFailure: true });
    const [first] = failed;
    if (first === undefined) escaped += 1;
    const caught = first === undefined ? "NOT CAUGHT" : first.violations[0];
    console.log(`${name.padEnd(52)} ${String(first?.seed ?? "-").padStart(6)}  ${caught}`);
  }
  console.log(`${chosen.length} broken versions, ${escaped} not caught within ${mostScenarios} scenarios`);
  return escaped > 0 ? 1 : 0;
}
