import type { Task } from "./definition.ts";
import type { StateError } from "./errors.ts";

/** States.ALL matches neither an output that is too large, nor what no rule at all can match. */
function matches(names: readonly string[], { name }: StateError): boolean {
  if (name === "States.Runtime") return false;
  return names.some(
    (wanted) =>
      wanted === name ||
      (name !== "States.DataLimitExceeded" &&
        (wanted === "States.ALL" || (wanted === "States.TaskFailed" && name !== "States.Timeout"))),
  );
}

/** Says after each failure how many seconds to wait before the next attempt, or undefined when there is none. */
export function retrying({ Retry: rules = [] }: Task, random: () => number): (error: StateError) => number | undefined {
  const made = rules.map(() => 0);
  return (error) => {
    const index = rules.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
    const rule = rules[index];
    const count = made[index] ?? 0;
    if (!rule || count >= rule.MaxAttempts) return undefined;
    made[index] = count + 1;
    const grown = rule.IntervalSeconds * rule.BackoffRate ** count;
    const most = Math.min(grown, rule.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return rule.JitterStrategy === "FULL" ? random() * most : most;
  };
}

/** The rule of `Catch` that takes an error, undefined where none does. */
export const catcherOf = ({ Catch: rules = [] }: Task, error: StateError) =>
  rules.find(({ ErrorEquals }) => matches(ErrorEquals, error));
