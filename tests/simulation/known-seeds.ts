import type { Told } from "./campaign.ts";
import { catchMutant } from "./mutant-trials.ts";
import { mutants } from "./mutants.ts";

/** Where a broken version is known to be caught; each trial begins there, in one process. `--mutants` tries them all. */
export const knownSeeds: Readonly<Record<string, number>> = {
  "marks before the tweet": 1,
  "uploads anew on a retry": 64,
  "sleeps without the second look": 45,
  "reads one newest post": 29,
  "takes an empty timeline for absence": 74,
  "forgets the age of a body": 185,
  "sends again after one look": 94,
  "sends again without a look": 9,
  "one slot posts twice": 7,
  "released squares leave the queue": 1,
  "a dead claim is withdrawn": 51,
  "everything goes to review": 1,
  "never pauses": 23,
  "posts in the wrong order": 5,
  "wrong text": 2,
  "no alt text": 1,
  "does not count squares with a date": 4,
  "posts before the date": 4,
  "a released square loses its date": 23,
  "tells of each try": 23,
  "tells nobody": 1,
  "a new key on Bluesky at each try": 4,
  "uploads anew what may be out on Bluesky": 217,
  "takes a warm-up for work": 68,
  "takes the stock as it was": 18,
  "takes a square as it was": 10,
  "takes a pause as it was": 4,
  "counts rows as they were": 68,
};

/** @throws Error where there is no such broken version. @returns the scenario that catches it, undefined where none does. */
export async function caught(name: string): Promise<Told | undefined> {
  const known = knownSeeds[name];
  if (known === undefined || !mutants.some((mutant) => mutant.name === name))
    throw new Error(`no broken version ${name}`);
  return await catchMutant(name, { seed: known, runs: 300, players: 1 });
}
