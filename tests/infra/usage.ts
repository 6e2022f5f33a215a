import type { Call } from "@twobytwo/sandbox/emulator";
import { coveredBy, isDenied, isLike, needsOf } from "@twobytwo/sandbox/permissions";
import type { FunctionBlueprint } from "@twobytwo/stacks/function-blueprint";
import { accessRows } from "@twobytwo/stacks/grants";

/** What is wrong with the permissions of one function, seen by what it did. */
export interface Misfit {
  function: string;
  /** What it did and is not granted, or refused. */
  missing: string[];
  /** What it is granted and never did. */
  unused: string[];
}

/** Compares what functions are granted with what they did; those that fit are left out. */
export function misfits(functions: readonly FunctionBlueprint[], calls: readonly Call[]): Misfit[] {
  return functions.flatMap(({ name, permissions }) => {
    const needs = calls.filter(({ accessKeyId }) => accessKeyId === name).flatMap(needsOf);
    const covered = new Set<string>();
    const missing = new Set<string>();
    for (const need of needs) {
      const by = coveredBy(permissions, need);
      for (const { action, on } of by) covered.add(`${action} on ${on}`);
      if (by.length === 0) missing.add(`${need.action} on ${need.resource}`);
      if (isDenied(permissions, need))
        missing.add(`${need.action} on ${need.resource}, which is refused for ${need.keys.join(", ")}`);
    }
    const granted = permissions.flatMap(({ actions, on, effect }) =>
      effect === "deny" ? [] : actions.flatMap((action) => on.map((of) => `${action} on ${of}`)),
    );
    const unused = granted.filter((grant) => !covered.has(grant));
    return missing.size + unused.length === 0 ? [] : [{ function: name, missing: [...missing].sort(), unused }];
  });
}

/** The books that the squares' own functions keep beside them. A row that decides who may come in belongs to `accessRows`. */
const squareRows = [
  ...["#stock", "#schedule", "#watch", "#series", "#late", "#held-uploads", "#account"],
  ...["#slot#*", "#day#*", "#run#*", "#sha256#*", "#phash#*", "#upload#*", "#tickets#*", "#post#*"],
];

/** Rows that functions wrote, and of which nobody has said whether a function of the squares may write them. */
export function unknownRows(calls: readonly Call[]): string[] {
  const written = calls
    .flatMap(needsOf)
    .filter(({ action }) => /^dynamodb:(Put|Update|Delete|BatchWrite)/.test(action));
  const books = written.flatMap(({ keys }) => keys).filter((key) => key.startsWith("#"));
  return [...new Set(books)].filter((key) => ![...accessRows, ...squareRows].some((pattern) => isLike(pattern, key)));
}
