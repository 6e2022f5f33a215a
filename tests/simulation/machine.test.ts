import { describe, expect, it } from "vitest";
import { Loop } from "./loop.ts";
import type { Definition, State } from "./machine/definition.ts";
import { Execution, type LambdaResult } from "./machine/execution.ts";
import { intrinsic } from "./machine/intrinsics.ts";
import { place } from "./machine/paths.ts";
import { payload } from "./machine/values.ts";

const scope = {
  input: { a: 2, words: "x<2026>y", list: [30, 120], deep: { b: null } },
  context: { Execution: { Id: "arn" } },
};

describe("the interpreter of the Amazon States Language", () => {
  it("computes intrinsic functions, one inside the other", () => {
    expect(intrinsic("States.MathAdd($.a, -1)", scope)).toBe(1);
    expect(intrinsic("States.ArrayGetItem(States.StringSplit($.words, '<>'), 1)", scope)).toBe("2026");
    expect(intrinsic("States.ArrayGetItem(States.Array(30, 120, 600), $.a)", scope)).toBe(600);
    expect(intrinsic("States.Format('{} of {}', $.a, 'it''s')".replace("''", "\\'"), scope)).toBe("2 of it's");
    expect(() => intrinsic("States.Hash($.a, 'MD5')", scope)).toThrow("cannot compute");
  });

  it("takes parameters from the input and the context, and fails for a path that leads nowhere", () => {
    expect(payload({ "id.$": "$$.Execution.Id", fixed: 1, in: { "b.$": "$.deep.b" } }, scope)).toEqual({
      id: "arn",
      fixed: 1,
      in: { b: null },
    });
    expect(() => payload({ "x.$": "$.nowhere" }, scope)).toThrow("could not be found");
  });

  it("puts a result where it belongs, and lets it go for null", () => {
    expect(place("$.b.c", { a: 1 }, 2)).toEqual({ a: 1, b: { c: 2 } });
    expect(place(null, { a: 1 }, 2)).toEqual({ a: 1 });
    expect(place(undefined, { a: 1 }, 2)).toBe(2);
  });

  it("tries again as often as the retrier of that error says, with growing pauses, and then catches", async () => {
    const { execution, calls } = await run(taskWith({ MaxAttempts: 2 }), () => ({ error: "Retryable", cause: "why" }));
    expect(calls.map((at) => at - calls[0]!)).toEqual([0, 2000, 6000]);
    expect(execution.status).toBe("SUCCEEDED");
    expect(execution.output).toEqual({ error: { Error: "Retryable", Cause: "why" } });
  });

  it("gives up a state whose function is silent, and lets the answer that comes later go", async () => {
    const { execution } = await run(taskWith({ MaxAttempts: 0 }), () => undefined);
    expect(execution.output).toEqual({ error: { Error: "States.Timeout" } });
  });

  it("ends a machine that takes longer than it may, wherever it is", async () => {
    const wait: Definition = {
      StartAt: "Wait",
      TimeoutSeconds: 10,
      States: { Wait: { Type: "Wait", Seconds: 60, End: true } },
    };
    expect((await run(wait, () => undefined)).execution.status).toBe("TIMED_OUT");
  });

  it("goes on from the state in which it was stopped, with its input, when it is redriven", async () => {
    const loop = new Loop(0);
    let answers = 0;
    const ports = portsOf(loop, (done) => {
      answers += 1;
      if (answers > 1) done({ result: { answers } });
    });
    const execution = new Execution(ports, {
      name: "run",
      arn: "arn",
      input: { kept: true },
      definition: taskWith({}),
    });
    await loop.runUntil(5_000);
    execution.stop();
    expect(execution.status).toBe("ABORTED");
    execution.redrive();
    await loop.runUntil(10_000);
    expect(execution.status).toBe("SUCCEEDED");
    expect(execution.output).toEqual({ kept: true, got: { answers: 2 } });
    expect(execution.transitions).toEqual(["Task", "Task"]);
  });
});

function taskWith(retry: object): Definition {
  const task: State = {
    Type: "Task",
    Parameters: { FunctionName: "f", Payload: {} },
    TimeoutSeconds: 30,
    ResultSelector: { "answers.$": "$.Payload.answers" },
    ResultPath: "$.got",
    Retry: [{ ErrorEquals: ["Retryable"], IntervalSeconds: 2, BackoffRate: 2, ...retry }],
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Caught" }],
    End: true,
  };
  return { StartAt: "Task", States: { Task: task, Caught: { Type: "Succeed" } } };
}

function portsOf(loop: Loop, invoke: (done: (result: LambdaResult) => void) => void) {
  return {
    loop,
    random: () => 0.5,
    stepMs: () => 0,
    invoke: (_call: unknown, _by: string, done: (result: LambdaResult) => void) => invoke(done),
    note: () => {},
    entered: () => {},
    ended: () => {},
  };
}

async function run(definition: Definition, answer: () => LambdaResult | undefined) {
  const loop = new Loop(0);
  const calls: number[] = [];
  const ports = portsOf(loop, (done) => {
    calls.push(loop.now);
    const result = answer();
    if (result !== undefined) done(result);
  });
  const execution = new Execution(ports, { name: "run", arn: "arn", input: {}, definition });
  await loop.runUntil(3_600_000);
  return { execution, calls };
}
