import { createHash } from "node:crypto";

/** What tells one mutant from all others, from run to run: Stryker's own ids count, and change with every file. */
export interface MutantPlace {
  /** Path below the project's folder. */
  file: string;
  location: { start: { line: number; column: number }; end: { line: number; column: number } };
  mutatorName: string;
  replacement?: string;
}

/** The share of all mutants that is tried, and which: another seed is another sample. */
export interface Sampling {
  /** 0 to 1. */
  share: number;
  seed: number;
}

/** From the environment of `npm run mutation:core`; Stryker passes no options of ours on to its checkers. */
export function readSampling(environment: Record<string, string | undefined>): Sampling {
  const share = Number(environment["TWOBYTWO_MUTATION_SHARE"] ?? "1");
  const seed = Number(environment["TWOBYTWO_MUTATION_SEED"] ?? "1");
  if (!(share > 0 && share <= 1)) throw new Error(`TWOBYTWO_MUTATION_SHARE is ${share}: set it above 0 and up to 1.`);
  if (!Number.isSafeInteger(seed)) throw new Error(`TWOBYTWO_MUTATION_SEED is ${seed}: set it to a whole number.`);
  return { share, seed };
}

/** Whether a mutant is in the sample: each one by itself, so that a sample of one file is a part of that of all. */
export function isSampled({ file, location, mutatorName, replacement }: MutantPlace, { share, seed }: Sampling) {
  const { start, end } = location;
  const place = [seed, file, start.line, start.column, end.line, end.column, mutatorName, replacement ?? ""];
  const hash = createHash("sha256").update(place.join("\n")).digest().readUInt32BE(0);
  return hash / 2 ** 32 < share;
}

/** The reason that Stryker's report gives for what was set aside. */
export const notSampled = "not in the sample";
