import { definitionBefore } from "./definition-before.ts";
import { play } from "./play.ts";
import { scenarioOf } from "./scenario.ts";
import { buildSubject } from "./subject.ts";

/** Tells one scenario step by step. */
export async function printScenario(seed: number): Promise<void> {
  console.log(JSON.stringify(scenarioOf(seed), undefined, 2));
  const { journal } = await play(await buildSubject(), seed, definitionBefore);
  console.log(journal.join("\n"));
}
