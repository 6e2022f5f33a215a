import type { Clock } from "@twobytwo/core/clock";
import { readDefinition, type State } from "./definition.ts";
import { Interrupted, runtimeError, StateError } from "./errors.ts";
import {
  type Failure,
  mostEvents,
  type NewEvent,
  type Position,
  type RecordEvents,
  stateEntered,
  stateExited,
  whole,
} from "./history.ts";
import type { Json } from "./json-path.ts";
import { attemptTask, dataLimitExceeded, type Invoke, isTooLarge } from "./lambda-task.ts";
import { longSleep } from "./long-sleep.ts";
import { visitState } from "./state.ts";

export interface MachineOptions {
  /** Amazon States Language with the ARNs in it, see `substitute`. */
  definition: unknown;
  /** `arn:aws:states:<region>:<account>:stateMachine:<name>` */
  arn: string;
  invoke: Invoke;
  clock: Clock;
  /** How long a second of a Wait state or of a delay between retries lasts: 1 by default, 0 for tests. */
  waitScale?: number;
  random?: () => number;
}

/** A state machine that was checked and can be run any number of times, also at once. */
export type Machine = ReturnType<typeof createMachine>;

export interface Execution {
  arn: string;
  name: string;
  input: Json;
  /** Milliseconds since the epoch; the limit of the whole execution counts from here. */
  startedAt: number;
  /** Where an earlier process stopped; the start of the machine by default. */
  resumeAt?: Position;
  record: RecordEvents;
  /** Stops the run where it is, with no event. */
  signal: AbortSignal;
}

/** @throws Error as `readDefinition` */
export function createMachine(options: MachineOptions) {
  const { arn, invoke, clock, waitScale = 1, random = Math.random } = options;
  const definition = readDefinition(options.definition);
  const [, , , region = "", account = "", , name = ""] = arn.split(":");
  if (name === "") throw new Error("The ARN is not arn:aws:states:<region>:<account>:stateMachine:<name>.");
  const roleArn = `arn:aws:iam::${account}:role/${name}`;

  function stateAt(name: string): State {
    const found = Object.hasOwn(definition.States, name) ? definition.States[name] : undefined;
    if (!found) throw runtimeError(`The state machine has no state "${name}" any more.`);
    return found;
  }

  function enter(record: RecordEvents, stateName: string, input: Json, exit: NewEvent[]): Position {
    const entered = record(...exit, stateEntered(stateAt(stateName).Type, stateName, JSON.stringify(input))).at(-1);
    if (!entered) throw new Error("An event was recorded and is not there.");
    return { state: stateName, input, enteredAt: entered.timestamp, eventId: entered.id };
  }

  /** Does what one state does. Undefined when the execution ended, or was stopped, in it. */
  async function visit(execution: Execution, at: Position, signal: AbortSignal): Promise<Position | undefined> {
    const { record } = execution;
    const state = stateAt(at.state);
    const context = {
      Execution: {
        Id: execution.arn,
        Input: execution.input,
        Name: execution.name,
        RoleArn: roleArn,
        StartTime: new Date(execution.startedAt).toISOString(),
        RedriveCount: 0,
      },
      State: { Name: at.state, EnteredTime: new Date(at.enteredAt).toISOString(), RetryCount: 0 },
      StateMachine: { Id: arn, Name: name },
    };
    const { output, next } = await visitState(state, {
      input: at.input,
      context,
      enteredAt: at.enteredAt,
      attempt: (task, parameters) =>
        attemptTask({ name: at.state, state: task, parameters, invoke, record, region, signal }),
      clock,
      random,
      waitScale,
      signal,
    });
    return leave(record, at, state, output, next);
  }

  function leave(record: RecordEvents, at: Position, state: State, output: Json, next: string | undefined) {
    const json = JSON.stringify(output);
    if (isTooLarge(json)) throw dataLimitExceeded(at.state, "returned a result");
    const exit = stateExited(state.Type as Exclude<State["Type"], "Fail">, at.state, json);
    if (next !== undefined) return enter(record, next, output, [exit]);
    const details = { output: json, outputDetails: whole };
    record(exit, { type: "ExecutionSucceeded", executionSucceededEventDetails: details });
    return undefined;
  }

  async function walk(execution: Execution, signal: AbortSignal): Promise<void> {
    let at = execution.resumeAt ?? enter(execution.record, definition.StartAt, execution.input, []);
    try {
      for (;;) {
        if (signal.aborted) return;
        const next = await visit(execution, at, signal);
        if (!next) return;
        at = next;
        // One more visit of a state, and the end, must fit.
        if (at.eventId > mostEvents - 3)
          throw runtimeError(`The execution reached the maximum number of history events (${mostEvents}).`);
        // States that wait for nothing would keep every timer of the process from firing.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (signal.aborted || error instanceof Interrupted) return;
      if (!(error instanceof StateError)) throw error;
      const details = failureOf(error, at, definition.States[at.state]);
      execution.record({ type: "ExecutionFailed", executionFailedEventDetails: details });
    }
  }

  /**
   * Resolves when the execution ended, and has recorded how, or when its signal stopped it, and has recorded nothing.
   * @throws Error for a defect of the sandbox: the execution could not be brought to an end.
   */
  async function run(execution: Execution): Promise<void> {
    const { TimeoutSeconds: seconds = Number.POSITIVE_INFINITY } = definition;
    const until = execution.startedAt + seconds * 1000;
    const late = new AbortController();
    const ended = new AbortController();
    const limit = longSleep({ clock, until, scale: 1, signal: ended.signal }).then(() => {
      if (!ended.signal.aborted) late.abort();
    });
    try {
      // An execution that is resumed may be late from the start.
      if (clock() < until) await walk(execution, AbortSignal.any([execution.signal, late.signal]));
      else late.abort();
    } finally {
      ended.abort();
      await limit;
    }
    if (late.signal.aborted && !execution.signal.aborted)
      execution.record({ type: "ExecutionTimedOut", executionTimedOutEventDetails: { error: "States.Timeout" } });
  }

  return { arn, name, roleArn, definition: options.definition, createdAt: clock(), run };
}

function failureOf({ name, message }: StateError, at: Position, state: State | undefined): Failure {
  // A Fail state without words says nothing.
  if (state?.Type === "Fail" && !name.startsWith("States."))
    return { ...(name !== "" && { error: name }), ...(message !== "" && { cause: message }) };
  if (name === "States.Timeout") return { error: name };
  if (!name.startsWith("States.") || name === "States.DataLimitExceeded") return { error: name, cause: message };
  const where = `the state '${at.state}' (entered at the event id #${at.eventId})`;
  return { error: name, cause: `An error occurred while executing ${where}. ${message}` };
}
