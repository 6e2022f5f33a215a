import { createRequire } from "node:module";
import type { StateMachine, StateMachineDefinition } from "aws-local-stepfunctions";
import type { Definition, Json, State } from "./definition.ts";
import { type Computed, contextKey, forEngine } from "./engine-states.ts";
import { evaluate } from "./expression.ts";
import { canWrite, parsePath, type Roots, readPath } from "./json-path.ts";
import type { LambdaTask } from "./lambda-task.ts";
import { interrupted, runtimeError, StateError } from "./state-error.ts";

export interface StepInput extends Roots {
  /** The Lambda of a Task state. */
  task?: LambdaTask;
  signal: AbortSignal;
}

/** Where one state led to; without `next` the execution has ended. */
export interface StepResult {
  output: Json;
  next?: string;
}

/** @throws StateError when nothing caught what went wrong. */
export type Step = (step: StepInput) => Promise<StepResult>;

type Run = ReturnType<StateMachine["run"]>;

/**
 * Loaded with the first step that is taken, since whoever only looks at the squares needs no engine; and at once, so
 * that nothing can be stopped between the beginning of a step and the engine's.
 */
const engine = (): typeof import("aws-local-stepfunctions") =>
  createRequire(import.meta.url)("aws-local-stepfunctions");

/**
 * Makes the engine run one state by itself: all that it can lead to is a dead end, where the engine stops.
 * Between two states the adapter is in charge, which the engine's own loop would not allow.
 */
export function createStep(name: string, definition: Definition, waitScale: number): Step {
  const original = definition.States[name];
  if (!original) throw new Error(`The state machine has no state "${name}".`);
  const { state, computed } = forEngine(original, waitScale);
  const names = Object.keys(definition.States);
  let current = "current";
  while (names.includes(current)) current += "'";
  const deadEnds = names.map((other) => [other, { Type: "Succeed" }]);
  const single = { StartAt: current, States: { ...Object.fromEntries(deadEnds), [current]: state } };
  let machine: StateMachine | undefined;

  return async (step) => {
    const { input, context, task, signal } = step;
    const { ExecutionError, StateMachine } = engine();
    machine ??= new StateMachine(single as unknown as StateMachineDefinition, {
      validationOptions: { noValidate: true },
    });
    const run = machine.run(input as never, {
      context: { [contextKey]: context, computed: lazily(computed, original, step) },
      overrides: {
        taskResourceLocalHandlers: task ? { [current]: (parameters) => task.attempt(parameters) as never } : {},
        // The adapter has waited already, by its own clock.
        waitTimeOverrides: { [current]: 0 },
      },
    });
    signal.addEventListener("abort", run.abort, { once: true });
    const watching = watch(run, task);
    try {
      const output = (await run.result) as Json;
      const { next, caughtTo } = await watching;
      const path = caughtTo === undefined ? original.ResultPath : caughtTo && `$${caughtTo}`;
      if (path && !canWrite(parsePath(path)?.segments ?? [], input))
        throw new StateError("States.ResultPathMatchFailure", `Nothing can be written at ${path} of the input.`);
      return { output, ...(next === undefined ? {} : { next }) };
    } catch (error) {
      if (signal.aborted) throw interrupted();
      const reason = error instanceof ExecutionError ? error.cause : error;
      if (reason instanceof Error && reason.name === "States.Timeout") task?.timedOut();
      throw reason;
    } finally {
      signal.removeEventListener("abort", run.abort);
    }
  };
}

/** What the engine's own log tells: where it went, and by which `Catch`. */
async function watch(run: Run, task: LambdaTask | undefined): Promise<{ next?: string; caughtTo?: string | null }> {
  const entered: string[] = [];
  let caught: { caughtTo?: string | null } = {};
  for await (const event of run.eventLogs) {
    if (event.type === "StateFailed" && event.Error === "States.Timeout") task?.timedOut();
    if (event.type === "StateCaught") caught = { caughtTo: event.catch.catcher.ResultPath ?? null };
    if (event.type === "StateEntered") entered.push(event.state.name);
  }
  const next = entered[1];
  return { ...caught, ...(next === undefined ? {} : { next }) };
}

/** Evaluated when the engine looks at them, since `$$.State.RetryCount` and the result change. */
function lazily(computed: Map<string, Computed>, state: State, step: StepInput): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [key, { expression, over }] of computed)
    Object.defineProperty(values, key, {
      enumerable: true,
      get: () => {
        const input = over === "result" ? (step.task?.result ?? null) : effectiveInput(state, step);
        return evaluate(expression, { input, context: step.context });
      },
    });
  return values;
}

/** The input after `InputPath`. */
export function effectiveInput(state: State, roots: Roots): Json {
  if (state.InputPath === undefined) return roots.input;
  if (state.InputPath === null) return {};
  const path = parsePath(state.InputPath);
  const value = path && readPath(path, roots);
  if (value === undefined) throw runtimeError(`Invalid path '${state.InputPath}': it leads nowhere in the input.`);
  return value;
}
