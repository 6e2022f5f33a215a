import { describe, expect, it, vi } from "vitest";
import type { State } from "../../src/stepfunctions/definition.ts";
import type { Invoke } from "../../src/stepfunctions/lambda-task.ts";
import { longSleep } from "../../src/stepfunctions/long-sleep.ts";
import { waitUntil } from "../../src/stepfunctions/state.ts";
import { folderForEachTest, heldLambda, hour, open, start } from "./kept-fixture.ts";
import { definitionOf, machineArn, task, typesOf } from "./machine-fixture.ts";

folderForEachTest();

const input = { a: 1 };

describe("time", () => {
  const wait = (fields: Record<string, unknown>) => ({ Type: "Wait" as const, End: true as const, ...fields });

  it.each([
    [{ SecondsPath: "$.s" }, { s: 3_000_000 }, start + 3_000_000_000],
    [{ SecondsPath: "$.s" }, { s: 60 }, start + 60_000],
    [{ TimestampPath: "$.t" }, { t: "2026-11-24T12:00:00+01:00" }, start + hour],
    [{ TimestampPath: "$.t" }, { t: "2026-11-24T11:00:00.5Z" }, start + hour + 500],
    [{ TimestampPath: "$$.Execution.Input.t" }, { t: "2026-11-25T10:00:00Z" }, start + 24 * hour],
  ])(
    "knows how long to wait with %j over %j, and skips it where waits are scaled to nothing",
    async (fields, given, until) => {
      const state = wait(fields);
      const context = { Execution: { Input: given } };
      expect(waitUntil(state as Extract<State, { Type: "Wait" }>, start, { input: given, context })).toBe(until);
      const stepFunctions = open({ definition: definitionOf({ A: state }), clock: () => start });
      const { executionArn } = stepFunctions.start({ machineArn, input: given });
      expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    },
  );

  it("sleeps longer than a timer of Node can, and no longer than until it is stopped", async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const woken: string[] = [];
      // Ended by its own clock though the timers lag behind, as after the sleep of a laptop.
      const hand = { now: 0 };
      const lagging = longSleep({ clock: () => hand.now, until: 24 * hour, scale: 1, signal: stop.signal });
      hand.now = 24 * hour;
      await vi.advanceTimersByTimeAsync(60_000);
      await lagging;
      const month = { clock: Date.now, until: Date.now() + 26 * 24 * hour, scale: 1, signal: stop.signal };
      const sleeping = longSleep(month).then(() => woken.push("month"));
      const half = longSleep({ ...month, scale: 0.5 }).then(() => woken.push("half"));
      await vi.advanceTimersByTimeAsync(25 * 24 * hour);
      expect(woken).toEqual(["half"]);
      await vi.advanceTimersByTimeAsync(24 * hour);
      await Promise.all([sleeping, half]);
      const forever = longSleep({ ...month, until: Number.POSITIVE_INFINITY }).then(() => woken.push("stopped"));
      await vi.advanceTimersByTimeAsync(24 * hour);
      expect(woken).toEqual(["half", "month"]);
      stop.abort();
      await forever;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("does not wait for a time that has passed by its own clock", async () => {
    const states = { A: wait({ TimestampPath: "$.t" }) };
    const stepFunctions = open({ definition: definitionOf(states), clock: () => start, waitScale: 1 });
    const { executionArn } = stepFunctions.start({ machineArn, input: { t: "2026-11-24T09:59:59Z" } });
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "SUCCEEDED" });
  });

  it.each([
    [{ SecondsPath: "$.s" }, { s: -1 }],
    [{ SecondsPath: "$.s" }, {}],
    [{ TimestampPath: "$.t" }, { t: "soon" }],
  ])("fails a Wait with %j over %j", async (fields, given) => {
    const stepFunctions = open({ definition: definitionOf({ A: wait(fields) }) });
    const { executionArn } = stepFunctions.start({ machineArn, input: given });
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it("gives up a Lambda after TimeoutSeconds, drops its late answer and does not stop it", async () => {
    const lambda = heldLambda();
    const states = {
      A: task({
        TimeoutSeconds: 1,
        Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ["States.TaskFailed"], Next: "Wrong" },
          { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "B" },
        ],
        Next: "Wrong",
      }),
      B: { Type: "Succeed" },
      Wrong: { Type: "Fail" },
    };
    const stepFunctions = open({ definition: definitionOf(states), invoke: lambda.invoke });
    const { executionArn } = stepFunctions.start({ machineArn, input });
    await lambda.called();
    lambda.calls[0]?.answer("too late");
    const ended = await stepFunctions.wait(executionArn);
    lambda.calls[1]?.answer("too late");
    expect(JSON.parse(ended.output ?? "")).toMatchObject({ a: 1, error: { Error: "States.Timeout" } });
    const attempt = ["TaskScheduled", "TaskStarted", "TaskTimedOut"];
    expect(typesOf(stepFunctions.history(executionArn))).toEqual([
      ...["ExecutionStarted", "TaskStateEntered", ...attempt, ...attempt, "TaskStateExited"],
      ...["SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"],
    ]);
  });

  it("ends an execution that takes longer than its machine allows", async () => {
    const lambda = heldLambda();
    const definition = definitionOf({ A: task() }, { TimeoutSeconds: 1 });
    const stepFunctions = open({ definition, invoke: lambda.invoke });
    const { executionArn } = stepFunctions.start({ machineArn });
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(typesOf(stepFunctions.history(executionArn)).at(-1)).toBe("ExecutionTimedOut");
  });

  it("does not take a limit of years for none", async () => {
    const definition = definitionOf({ A: task() }, { TimeoutSeconds: 99_999_999 });
    const stepFunctions = open({ definition });
    const { executionArn } = stepFunctions.start({ machineArn });
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "SUCCEEDED" });
  });
});

describe("stopping", () => {
  it("ends an execution at once, and nothing of it is retried or recorded afterwards", async () => {
    const lambda = heldLambda();
    const definition = definitionOf({ A: task({ Retry: [{ ErrorEquals: ["States.ALL"] }] }) });
    const stepFunctions = open({ definition, invoke: lambda.invoke });
    const { executionArn } = stepFunctions.start({ machineArn });
    stepFunctions.stop(executionArn);
    lambda.calls[0]?.answer("too late");
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "ABORTED" });
    stepFunctions.stop(executionArn);
    expect(lambda.calls).toHaveLength(1);
    expect(typesOf(stepFunctions.history(executionArn)).at(-1)).toBe("ExecutionAborted");
  });

  it("ends one that is between two attempts", async () => {
    const failed = Promise.withResolvers<void>();
    const invoke: Invoke = async () => {
      failed.resolve();
      return { requestId: "1", durationMs: 1, error: { errorType: "Retryable", errorMessage: "", trace: [] } };
    };
    const definition = definitionOf({ A: task({ Retry: [{ ErrorEquals: ["Retryable"], IntervalSeconds: 3600 }] }) });
    const stepFunctions = open({ definition, invoke, waitScale: 1 });
    const { executionArn } = stepFunctions.start({ machineArn });
    await failed.promise;
    await new Promise((resolve) => setImmediate(resolve));
    stepFunctions.stop(executionArn);
    expect(await stepFunctions.wait(executionArn)).toMatchObject({ status: "ABORTED" });
    expect(typesOf(stepFunctions.history(executionArn)).filter((type) => type === "TaskScheduled")).toHaveLength(1);
  });
});
