import { simulate, type Told } from "./campaign.ts";
import { mutants } from "./mutants.ts";

/** Scenarios within which each has to be caught. */
const mostScenarios = 300;

/**
 * Plays a broken version until it is caught: by a violation in a scenario in which the project as it is has none.
 *
 * @returns the scenario, or undefined where none of them catches it.
 */
export async function catchMutant(
  mutant: string,
  { seed, runs, players }: { seed: number; runs: number; players?: number },
): Promise<Told | undefined> {
  for (let from = seed; from < seed + runs; ) {
    const { failed } = await simulate({
      seed: from,
      runs: seed + runs - from,
      mutant,
      untilFailure: true,
      ...(players !== undefined && { players }),
    });
    for (const played of failed) {
      const whole = await simulate({ seed: played.seed, runs: 1 });
      if (whole.failed.length === 0) return played;
    }
    const last = failed.at(-1);
    if (last === undefined) return undefined;
    from = last.seed + 1;
  }
  return undefined;
}

/** Plays each broken version until it is caught, and prints a table. @returns 1 where one is not. */
export async function tryMutants({ seed, only }: { seed: number; only: string }): Promise<number> {
  const chosen = mutants.filter(({ name }) => name.includes(only));
  let escaped = 0;
  console.log(`${"broken version".padEnd(44)} ${"seed".padStart(6)}  caught by`);
  for (const { name } of chosen) {
    const caught = await catchMutant(name, { seed, runs: mostScenarios });
    if (caught === undefined) escaped += 1;
    console.log(
      `${name.padEnd(44)} ${String(caught?.seed ?? "-").padStart(6)}  ${caught?.violations[0] ?? "NOT CAUGHT"}`,
    );
  }
  console.log(`${chosen.length} broken versions, ${escaped} not caught within ${mostScenarios} scenarios`);
  return escaped > 0 ? 1 : 0;
}
