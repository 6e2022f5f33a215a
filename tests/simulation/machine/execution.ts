import { holds, read } from "@twobytwo/sandbox/stepfunctions/choice";
import { StateError } from "@twobytwo/sandbox/stepfunctions/errors";
import { fill } from "@twobytwo/sandbox/stepfunctions/expression";
import { type Json, type Roots, withResult } from "@twobytwo/sandbox/stepfunctions/json-path";
import type { Loop, Planned } from "../loop.ts";
import type { Definition, State } from "./definition.ts";
import { delayMs, isNamed, waitMs } from "./timing.ts";

export interface Call {
  name: string;
  payload: unknown;
  isEvent: boolean;
}

export type LambdaResult = { result: Json } | { error: string; cause: string };

export interface MachinePorts {
  loop: Loop;
  /** In [0, 1). */
  random: () => number;
  /** Milliseconds from one state to the next. */
  stepMs: () => number;
  /** Invokes a function; the answer may never come, and that of an event only says that it was accepted. */
  invoke: (call: Call, execution: string, done: (result: LambdaResult) => void) => void;
  note: (line: string) => void;
  entered: (execution: Execution, state: string) => void;
  ended: (execution: Execution) => void;
}

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** One execution of a state machine in the time of a `Loop`; what a state reads and writes is the sandbox's to say. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly input: Json;
  readonly definition: Definition;
  readonly startedAt: number;
  status: Status = "RUNNING";
  state = "";
  /** States that were entered, the first way through and each redrive. */
  transitions: string[] = [];
  output: unknown;
  error: { Error: string; Cause: string } | undefined;
  redrives = 0;
  readonly #ports: MachinePorts;
  #stateInput: Json = null;
  #timers: Planned[] = [];
  #limit: Planned | undefined;
  /** Answers of an earlier try or state are no longer waited for. */
  #turn = 0;

  constructor(ports: MachinePorts, facts: { name: string; arn: string; input: Json; definition: Definition }) {
    this.#ports = ports;
    this.name = facts.name;
    this.arn = facts.arn;
    this.input = facts.input;
    this.definition = facts.definition;
    this.startedAt = ports.loop.now;
    this.#limitTime();
    this.#next(facts.definition.StartAt, facts.input);
  }

  stop(): void {
    if (this.status === "RUNNING") this.#end("ABORTED");
  }

  /** Goes on from the state that did not end well, with its input. */
  redrive(): void {
    if (this.status === "RUNNING" || this.status === "SUCCEEDED") return;
    this.redrives += 1;
    this.status = "RUNNING";
    this.error = undefined;
    this.#ports.note(`${this.name} redriven from ${this.state}`);
    this.#limitTime();
    this.#next(this.state, this.#stateInput);
  }

  #limitTime(): void {
    const { TimeoutSeconds } = this.definition;
    if (TimeoutSeconds === undefined) return;
    this.#limit = this.#ports.loop.in(TimeoutSeconds * 1000, `${this.name} times out`, () => this.#end("TIMED_OUT"));
  }

  #end(status: Status): void {
    this.status = status;
    this.#turn += 1;
    for (const timer of this.#timers) this.#ports.loop.cancel(timer);
    if (this.#limit !== undefined) this.#ports.loop.cancel(this.#limit);
    this.#ports.note(`${this.name} ${status} in ${this.state}${this.error ? ` (${this.error.Error})` : ""}`);
    this.#ports.ended(this);
  }

  #in(ms: number, what: string, run: () => void): Planned {
    const turn = this.#turn;
    const timer = this.#ports.loop.in(ms, `${this.name} ${what}`, () => {
      if (turn === this.#turn && this.status === "RUNNING") run();
    });
    this.#timers = [...this.#timers.filter(({ isOver }) => !isOver), timer];
    return timer;
  }

  #next(name: string, input: Json): void {
    this.state = name;
    this.#stateInput = input;
    this.#turn += 1;
    this.#in(this.#ports.stepMs(), `enters ${name}`, () => {
      this.transitions.push(name);
      this.#ports.note(`${this.name} > ${name}`);
      this.#ports.entered(this, name);
      if (this.status !== "RUNNING") return;
      const state = this.definition.States[name];
      if (state === undefined) return this.#fail("States.Runtime", `There is no state ${name}`);
      try {
        this.#enter(name, state, input);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        this.#fail(error.name, error.message);
      }
    });
  }

  #scope(name: string, input: Json): Roots {
    return {
      input,
      context: {
        Execution: {
          Id: this.arn,
          Name: this.name,
          Input: this.input,
          StartTime: new Date(this.startedAt).toISOString(),
          RedriveCount: this.redrives,
        },
        State: { Name: name, EnteredTime: new Date(this.#ports.loop.now).toISOString() },
        StateMachine: { Name: "post-square" },
      },
    };
  }

  #enter(name: string, state: State, raw: Json) {
    const outer = this.#scope(name, raw);
    const input = state.InputPath === null ? {} : read(state.InputPath ?? "$", outer);
    const scope = { ...outer, input };
    switch (state.Type) {
      case "Task":
        return this.#task(
          name,
          state,
          raw,
          scope,
          (state.Retry ?? []).map(() => 0),
        );
      case "Choice": {
        const next = state.Choices?.find((rule) => holds(rule, scope))?.["Next"] ?? state.Default;
        if (typeof next !== "string") throw new StateError("States.NoChoiceMatched", `No choice of ${name} fits.`);
        return this.#next(next, input);
      }
      case "Pass": {
        const result = state.Result ?? (state.Parameters === undefined ? input : fill(state.Parameters, scope));
        return this.#leave(state, withResult(raw, state.ResultPath, result));
      }
      case "Wait": {
        const ms = waitMs(state, scope, this.#ports.loop.now);
        this.#in(ms, `waited in ${name}`, () => this.#leave(state, input));
        return;
      }
      case "Succeed":
        this.output = input;
        return this.#end("SUCCEEDED");
      case "Fail": {
        const text = (path: string | undefined, fixed: string | undefined) =>
          path === undefined ? (fixed ?? "") : String(read(path, scope));
        return this.#fail(text(state.ErrorPath, state.Error), text(state.CausePath, state.Cause));
      }
    }
  }

  #task(name: string, state: State, raw: Json, scope: Roots, tries: number[]): void {
    const { FunctionName, Payload, InvocationType } = fill(state.Parameters ?? {}, scope) as {
      FunctionName: string;
      Payload: unknown;
      InvocationType?: string;
    };
    this.#turn += 1;
    const turn = this.#turn;
    const settle = (result: LambdaResult) => {
      if (turn !== this.#turn || this.status !== "RUNNING") return;
      this.#turn += 1;
      this.#ports.loop.cancel(limit);
      try {
        if ("error" in result) this.#failed(name, state, raw, scope, tries, result);
        else this.#succeeded(state, raw, scope, result.result);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        this.#failed(name, state, raw, scope, tries, { error: error.name, cause: error.message });
      }
    };
    const limit = this.#in((state.TimeoutSeconds ?? 99_999_999) * 1000, `${name} times out`, () =>
      settle({ error: "States.Timeout", cause: "" }),
    );
    const call = { name: FunctionName, payload: Payload, isEvent: InvocationType === "Event" };
    this.#ports.invoke(call, this.arn, settle);
  }

  #succeeded(state: State, raw: Json, scope: Roots, Payload: Json): void {
    const result = { ExecutedVersion: "$LATEST", Payload, StatusCode: 200 };
    const selected =
      state.ResultSelector === undefined ? result : fill(state.ResultSelector, { ...scope, input: result });
    this.#leave(state, withResult(raw, state.ResultPath, selected));
  }

  #failed(
    name: string,
    state: State,
    raw: Json,
    scope: Roots,
    tries: number[],
    failure: { error: string; cause: string },
  ) {
    const matches = isNamed(failure.error);
    const index = (state.Retry ?? []).findIndex(matches);
    const retrier = state.Retry?.[index];
    const tried = tries[index] ?? 0;
    if (retrier !== undefined && tried < (retrier.MaxAttempts ?? 3)) {
      const delay = delayMs(retrier, tried, this.#ports.random);
      const counted = tries.map((count, at) => (at === index ? count + 1 : count));
      this.#ports.note(`${this.name} ${name} again after ${failure.error}`);
      this.#in(delay, `${name} again`, () => this.#task(name, state, raw, scope, counted));
      return;
    }
    const catcher = state.Catch?.find(matches);
    if (catcher === undefined) return this.#fail(failure.error, failure.cause);
    this.#ports.note(`${this.name} ${name} caught ${failure.error}`);
    const output = { Error: failure.error, ...(failure.cause !== "" && { Cause: failure.cause }) };
    this.#next(catcher.Next, withResult(raw, catcher.ResultPath, output));
  }

  #leave(state: State, output: Json) {
    if (state.Next !== undefined) return this.#next(state.Next, output);
    this.output = output;
    this.#end("SUCCEEDED");
  }

  #fail(error: string, cause: string): void {
    this.error = { Error: error, Cause: cause };
    this.#end("FAILED");
  }
}
