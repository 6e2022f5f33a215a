import { read } from "@twobytwo/sandbox/stepfunctions/choice";
import { runtimeError } from "@twobytwo/sandbox/stepfunctions/errors";
import type { Roots } from "@twobytwo/sandbox/stepfunctions/json-path";
import type { Catcher, Retrier, State } from "./definition.ts";

/** Errors that `States.ALL` does not mean. */
const terminal = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/** Whether a Retry or a Catch is for this error. */
export const isNamed =
  (error: string) =>
  ({ ErrorEquals }: Retrier | Catcher): boolean =>
    ErrorEquals.some(
      (one) =>
        one === error ||
        (one === "States.ALL" && !terminal.has(error)) ||
        (one === "States.TaskFailed" && error !== "States.Timeout"),
    );

/** Milliseconds until the next try. @param tried tries again so far. */
export function delayMs(
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = 31_622_400, JitterStrategy }: Retrier,
  tried: number,
  random: () => number,
): number {
  const most = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds) * 1000;
  return JitterStrategy === "FULL" ? most * random() : most;
}

/** Milliseconds that a Wait state takes from now. */
export function waitMs(state: State, roots: Roots, now: number): number {
  if (state.SecondsPath !== undefined) return Number(read(state.SecondsPath, roots)) * 1000;
  if (state.Seconds !== undefined) return state.Seconds * 1000;
  const at = read(state.TimestampPath ?? "$", roots);
  const time = Date.parse(String(at));
  if (Number.isNaN(time)) throw runtimeError(`${String(at)} is no time.`);
  return Math.max(0, time - now);
}
