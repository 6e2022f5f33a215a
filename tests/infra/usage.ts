import type { Call } from "@twobytwo/sandbox/emulator";
import { coveredBy, needsOf } from "@twobytwo/sandbox/permissions";
import type { FunctionBlueprint } from "../../stacks/blueprint.ts";

/** What is wrong with the permissions of one function, seen by what it did. */
export interface Misfit {
  function: string;
  /** What it did and is not granted. */
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
    }
    const granted = permissions.flatMap(({ actions, on }) =>
      actions.flatMap((action) => on.map((of) => `${action} on ${of}`)),
    );
    const unused = granted.filter((grant) => !covered.has(grant));
    return missing.size + unused.length === 0 ? [] : [{ function: name, missing: [...missing].sort(), unused }];
  });
}
