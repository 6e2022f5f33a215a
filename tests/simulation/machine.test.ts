import { describe, expect, it } from "vitest";
import { Loop } from "./loop.ts";
import type { Definition, State } from "./machine/definition.ts";
import { Execution, type LambdaResult } from "./machine/execution.ts";

describe("the interpreter of the Amazon States Language", () => {
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
