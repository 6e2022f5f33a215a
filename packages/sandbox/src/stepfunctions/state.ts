import type { Clock } from "@twobytwo/core/clock";
import { holds, instant, read } from "./choice.ts";
import type { State, Task } from "./definition.ts";
import { Interrupted, runtimeError, StateError } from "./errors.ts";
import { fill } from "./expression.ts";
import { type Json, type Roots, withResult } from "./json-path.ts";
import { longSleep } from "./long-sleep.ts";

export interface Visit {
  input: Json;
  /** The context object; `State.RetryCount` is counted up. */
  context: { State: { RetryCount: number } };
  /** Milliseconds since the epoch. */
  enteredAt: number;
  /** Makes one attempt at a Task, its `Parameters` filled in. */
  attempt(task: Task, parameters: Json): Promise<Json>;
  clock: Clock;
  random: () => number;
  /** How long a second of a Wait or of a delay between retries lasts. */
  waitScale: number;
  signal: AbortSignal;
}

/** Where one state led to; without `next` the execution has ended. */
export interface Led {
  output: Json;
  next?: string | undefined;
}

/** @throws StateError when nothing caught what went wrong, Interrupted when the signal came first */
export async function visitState(state: State, visit: Visit): Promise<Led> {
  const { input } = visit;
  const roots: Roots = { input, context: visit.context as unknown as Json };
  const effective = { ...roots, input: effectiveInput(state, roots) };
  switch (state.Type) {
    case "Task":
      return runTask(state, visit, effective);
    case "Pass": {
      const filled = state.Parameters === undefined ? effective.input : fill(state.Parameters, effective);
      return {
        output: withResult(input, state.ResultPath, state.Result === undefined ? filled : state.Result),
        next: state.Next,
      };
    }
    case "Wait":
      await sleepUntil(visit, waitUntil(state, visit.enteredAt, effective));
      return { output: effective.input, next: state.Next };
    case "Choice": {
      const rule = state.Choices.find((one) => holds(one, effective));
      const next = rule?.["Next"] ?? state.Default;
      if (typeof next === "string") return { output: effective.input, next };
      throw new StateError("States.NoChoiceMatched", "No rule matched, and there is no Default.");
    }
    case "Succeed":
      return { output: effective.input };
    case "Fail":
      throw failOf(state, effective);
  }
}

async function runTask(state: Task, visit: Visit, roots: Roots): Promise<Led> {
  const { input, context } = visit;
  const delay = retrying(state, visit.random);
  for (;;) {
    try {
      const answer = await visit.attempt(state, fill(state.Parameters, roots));
      const result =
        state.ResultSelector === undefined ? answer : fill(state.ResultSelector, { ...roots, input: answer });
      return { output: withResult(input, state.ResultPath, result), next: state.Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const seconds = delay(error);
      if (seconds === undefined) {
        const catcher = catcherOf(state, error);
        if (!catcher) throw error;
        const caught = { Error: error.name, Cause: error.message };
        return { output: withResult(input, catcher.ResultPath, caught), next: catcher.Next };
      }
      context.State.RetryCount += 1;
      await sleepUntil(visit, visit.clock() + seconds * 1000);
    }
  }
}

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
function retrying({ Retry: rules = [] }: Task, random: () => number): (error: StateError) => number | undefined {
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

const catcherOf = ({ Catch: rules = [] }: Task, error: StateError) =>
  rules.find(({ ErrorEquals }) => matches(ErrorEquals, error));

async function sleepUntil({ clock, waitScale, signal }: Visit, until: number): Promise<void> {
  await longSleep({ clock, until, scale: waitScale, signal });
  if (signal.aborted) throw new Interrupted();
}

function effectiveInput({ InputPath: path = "$" }: State, roots: Roots): Json {
  return path === null ? {} : read(path, roots);
}

const longestSeconds = 99_999_999;

/** When a Wait state that was entered at a moment is over, in milliseconds since the epoch. */
export function waitUntil(state: Extract<State, { Type: "Wait" }>, enteredAt: number, roots: Roots): number {
  if (state.TimestampPath !== undefined) {
    const value = read(state.TimestampPath, roots);
    const until = instant(value);
    if (until !== undefined) return until;
    throw runtimeError(`TimestampPath gave ${JSON.stringify(value)}, which is not a time as in RFC 3339.`);
  }
  const seconds = state.SecondsPath === undefined ? 0 : read(state.SecondsPath, roots);
  if (!Number.isInteger(seconds) || Number(seconds) < 0 || Number(seconds) > longestSeconds)
    throw runtimeError(`${JSON.stringify(seconds)} is not a number of seconds from 0 to ${longestSeconds}.`);
  return enteredAt + Number(seconds) * 1000;
}

function failOf(state: Extract<State, { Type: "Fail" }>, roots: Roots): StateError {
  const words = (path: string | undefined, text = "") => {
    const found = path === undefined ? text : read(path, roots);
    if (typeof found === "string") return found;
    throw runtimeError(`'${path}' of the Fail state gave ${JSON.stringify(found)}, which is not a string.`);
  };
  return new StateError(words(state.ErrorPath, state.Error), words(state.CausePath, state.Cause));
}
