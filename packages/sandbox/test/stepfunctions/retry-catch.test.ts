import { describe, expect, it } from "vitest";
import { createMachine } from "../../src/stepfunctions/machine.ts";
import {
  definitionOf,
  lambdaArn,
  machineArn,
  named,
  pass,
  runMachine,
  runStates,
  task,
  typesOf,
} from "./machine-fixture.ts";

const succeed = { Type: "Succeed" };

describe("retry and catch", () => {
  const flaky =
    (failures: number, name = "Retryable") =>
    (payload: unknown, call: number) => {
      if (call <= failures) throw named(name, `call ${call}`);
      return payload;
    };

  it("retries by the name of the error, as often as it may, with jitter and no real delay", async () => {
    const retry = [
      {
        ErrorEquals: ["Retryable"],
        IntervalSeconds: 60,
        BackoffRate: 2,
        MaxDelaySeconds: 120,
        MaxAttempts: 2,
        JitterStrategy: "FULL",
      },
    ];
    const good = await runStates({ A: task({ Retry: retry }) }, { a: 1 }, flaky(2));
    expect(good.result).toMatchObject({ Payload: { a: 1 } });
    expect(typesOf(good.history)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      ...["TaskScheduled", "TaskStarted", "TaskFailed"],
      ...["TaskScheduled", "TaskStarted", "TaskFailed"],
      ...["TaskScheduled", "TaskStarted", "TaskSucceeded"],
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    const bad = await runStates({ A: task({ Retry: retry }) }, {}, flaky(3));
    expect(bad).toMatchObject({ status: "FAILED", error: "Retryable" });
    expect(JSON.parse(bad.cause ?? "")).toEqual({ errorType: "Retryable", errorMessage: "call 3", trace: ["line"] });
    const other = await runStates({ A: task({ Retry: retry }) }, {}, flaky(1, "Rejected"));
    expect(typesOf(other.history).filter((type) => type === "TaskScheduled")).toHaveLength(1);
  });

  it("catches with the cause as JSON text, at ResultPath or instead of the input", async () => {
    const cause = JSON.stringify({ errorType: "Rejected", errorMessage: 'say "no"\\', trace: ["line"] });
    for (const [path, expected] of [
      ["$.error", { a: 1, error: { Error: "Rejected", Cause: cause } }],
      ["$", { Error: "Rejected", Cause: cause }],
    ] as const) {
      const ran = await runStates(
        {
          A: task({ Catch: [{ ErrorEquals: ["Rejected"], ResultPath: path, Next: "B" }], Next: "C" }),
          B: succeed,
          C: succeed,
        },
        { a: 1 },
        () => {
          throw named("Rejected", 'say "no"\\');
        },
      );
      expect(ran.result).toEqual(expected);
      expect(ran.history.at(-3)?.stateEnteredEventDetails?.name).toBe("B");
    }
  });

  it("may catch into the very state that failed", async () => {
    const ran = await runStates(
      { A: task({ Catch: [{ ErrorEquals: ["Rejected"], ResultPath: "$.error", Next: "A" }] }) },
      { a: 1 },
      flaky(1, "Rejected"),
    );
    expect(ran.result).toMatchObject({ Payload: { a: 1, error: { Error: "Rejected" } } });
    expect(typesOf(ran.history).filter((type) => type === "TaskStateEntered")).toHaveLength(2);
  });

  it("fails when the error of a Catch cannot be written where it should be", async () => {
    const ran = await runStates(
      { A: task({ Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.a.error", Next: "B" }] }), B: succeed },
      { a: "text" },
      flaky(9),
    );
    expect(ran).toMatchObject({ status: "FAILED", error: "States.ResultPathMatchFailure" });
  });

  it("lets nothing catch States.Runtime, and States.ALL not catch a state that is too large", async () => {
    const catchAll = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] };
    const runtime = task({ ...catchAll, Parameters: { FunctionName: lambdaArn, "Payload.$": "$.missing" } });
    expect(await runStates({ A: runtime, B: succeed })).toMatchObject({ error: "States.Runtime" });
    const large = () => "x".repeat(262_144);
    const failed = await runStates({ A: task(catchAll), B: succeed }, {}, large);
    expect(failed).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect(typesOf(failed.history)).toContain("TaskFailed");
    const byName = task({ Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], ResultPath: "$.error", Next: "B" }] });
    expect(await runStates({ A: byName, B: succeed }, {}, large)).toMatchObject({ status: "SUCCEEDED" });
  });

  it("fails when an output or a payload grows over 256 KB", async () => {
    const input = { half: "x".repeat(200_000) };
    const double = pass({ Parameters: { "one.$": "$.half", "two.$": "$.half" } });
    expect(await runStates({ A: double }, input)).toMatchObject({ error: "States.DataLimitExceeded" });
    const payload = { FunctionName: lambdaArn, Payload: { "one.$": "$.half", "two.$": "$.half" } };
    const ran = await runStates({ A: task({ Parameters: payload }) }, input);
    expect(ran).toMatchObject({ error: "States.DataLimitExceeded" });
    expect(typesOf(ran.history)).not.toContain("TaskScheduled");
  });

  it("reports what the Lambda service refused under its own name", async () => {
    const machine = createMachine({
      definition: definitionOf({ A: task() }),
      arn: machineArn,
      invoke: async () => {
        throw named("TooManyRequestsException", "Rate Exceeded.");
      },
      clock: Date.now,
    });
    expect(await runMachine(machine)).toMatchObject({
      status: "FAILED",
      error: "Lambda.TooManyRequestsException",
      cause: "Rate Exceeded.",
    });
  });
});
