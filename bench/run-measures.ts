import { setTimeout as after } from "node:timers/promises";
import type { Budgets, Verdict } from "./budgets.ts";
import type { Measure, Result } from "./measure.ts";
import { printResult, printVerdicts } from "./report.ts";

export interface RunOptions {
  budgets: Budgets;
  quick: boolean;
  print(text: string): void;
  /** One line for the person who waits. */
  tell(text: string): void;
  /** Called with each result as soon as it is there. */
  keep(measure: Measure, result: Result): Promise<void>;
}

/**
 * Runs one measure after the other and prints what came of each. One that breaks, or does not end, is said, and the others still
 * run. What has not ended may be at work until the process ends.
 *
 * @returns how many budgets are not kept, and how many measures broke.
 */
export async function runMeasures(
  measures: readonly Measure[],
  { budgets, quick, print, tell, keep }: RunOptions,
): Promise<{ exceeded: number; broken: number }> {
  const verdicts: Verdict[] = [];
  const broken: string[] = [];
  for (const measure of measures) {
    const { name, title } = measure;
    try {
      const result = await within(
        measure.minutes ?? 10,
        measure.run({ quick, tell: (text) => tell(`${name}: ${text}`) }),
      );
      print(printResult(title, result));
      verdicts.push(...(measure.verdicts?.(budgets, result.figures) ?? []));
      await keep(measure, result);
    } catch (error) {
      broken.push(name);
      print(`\n## ${title}\n\nNot measured: ${error instanceof Error ? error.stack : error}`);
    }
  }
  print(`\n${printVerdicts(verdicts)}`);
  for (const name of broken) print(`✗ ${name} was not measured. To see it alone: npm run bench -- --only ${name}`);
  const exceeded = verdicts.filter(({ passes }) => !passes).length;
  if (exceeded > 0) print(`\n${exceeded} of ${verdicts.length} budgets are not kept.`);
  else if (broken.length === 0) print("\nAll budgets are kept.");
  return { exceeded, broken: broken.length };
}

/** @throws Error where it has not ended by then. */
async function within(minutes: number, running: Promise<Result>): Promise<Result> {
  const ended = new AbortController();
  const late = after(minutes * 60_000, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`It had not ended after ${minutes} minutes.`);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    ended.abort();
  }
}
