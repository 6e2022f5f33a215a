/** What became of a mutant; `invalid` is what Stryker itself leaves out, such as a constant read at the import. */
export type MutantState = "noticed" | "survived" | "never run" | "not sampled" | "invalid";

export interface Score {
  /** Share of all mutants that the tests notice, 0 to 1: those that no test runs are known, the others a sample. */
  score: number;
  /** Half of the width of the 95 % interval of `score`. */
  margin: number;
  /** All that count. */
  mutants: number;
  tried: number;
  survived: number;
  neverRun: number;
}

/**
 * The score of a sample, stratified: what is never run survives for certain and is counted in full, and the share of
 * the sample that was noticed stands for all that is run. The interval is Wilson's.
 */
export function scoreOf(states: readonly MutantState[]): Score {
  const count = (state: MutantState) => states.filter((one) => one === state).length;
  const [noticed, survived, neverRun] = [count("noticed"), count("survived"), count("never run")];
  const tried = noticed + survived;
  const run = tried + count("not sampled");
  const mutants = run + neverRun;
  if (tried === 0) return { score: 0, margin: 1, mutants, tried, survived, neverRun };
  const share = noticed / tried;
  const z = 1.96;
  const half = (z / (1 + z ** 2 / tried)) * Math.sqrt((share * (1 - share)) / tried + z ** 2 / (4 * tried ** 2));
  const isRun = run / mutants;
  return { score: share * isRun, margin: tried === run ? 0 : half * isRun, mutants, tried, survived, neverRun };
}
