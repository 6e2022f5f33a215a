import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStepFunctions } from "../../src/stepfunctions/step-functions.ts";
import { folder, folderForEachTest, handClock, heldLambda, hour, open, start } from "./kept-fixture.ts";
import { definitionOf, invokeOf, lambdaArn, machineArn, task, typesOf } from "./machine-fixture.ts";

folderForEachTest();

const input = { a: 1 };

describe("restart", () => {
  const two = definitionOf({ One: task({ ResultPath: "$.one", Next: "Two" }), Two: task({ ResultPath: "$.two" }) });

  it("goes on in the state that was entered last, as the same execution", async () => {
    const hand = handClock();
    const lambda = heldLambda();
    const parameters = {
      FunctionName: lambdaArn,
      Payload: { "name.$": "$$.Execution.Name", "since.$": "$$.Execution.StartTime" },
    };
    const definition = definitionOf({
      One: task({ ResultPath: "$.one", Next: "Two" }),
      Two: task({ Parameters: parameters }),
    });
    const first = open({ definition, invoke: lambda.invoke, clock: hand.clock });
    const { executionArn } = first.start({ machineArn, name: "slot", input });
    const waiting = first.wait(executionArn);
    lambda.calls[0]?.answer(1);
    await lambda.called();
    const closing = first.close();
    await expect(waiting).rejects.toThrow("was interrupted");
    await closing;
    expect(first.describe(executionArn).status).toBe("RUNNING");
    expect(() => first.start({ machineArn })).toThrow("closed");
    lambda.calls[1]?.answer("dropped");

    hand.now += hour;
    const again = heldLambda();
    const second = open({ definition, invoke: again.invoke, clock: hand.clock });
    expect(again.calls.map(({ payload }) => payload)).toEqual([{ name: "slot", since: "2026-11-24T10:00:00.000Z" }]);
    expect(second.start({ machineArn, name: "slot", input }).executionArn).toBe(executionArn);
    again.calls[0]?.answer(2);
    expect(await second.wait(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      startDate: start,
      stopDate: hand.now,
    });
    const history = second.history(executionArn);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(typesOf(history).slice(6)).toEqual([
      ...["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskScheduled", "TaskStarted", "TaskSucceeded"],
      ...["TaskStateExited", "ExecutionSucceeded"],
    ]);
  });

  it("counts the limit of the machine and a Wait from when they began", async () => {
    const hand = handClock();
    const states = { A: { Type: "Wait", SecondsPath: "$.s", End: true } };
    const definition = definitionOf(states, { TimeoutSeconds: 3600 });
    const begin = async (name: string) => {
      const stepFunctions = open({ definition, clock: hand.clock, waitScale: 1 });
      const { executionArn } = stepFunctions.start({ machineArn, name, input: { s: 1800 } });
      await stepFunctions.close();
      return executionArn;
    };
    const waited = await begin("waited");
    hand.now += 1800_000;
    const inTime = open({ definition, clock: hand.clock, waitScale: 1 });
    expect(await inTime.wait(waited)).toMatchObject({ status: "SUCCEEDED" });
    const late = await begin("late");
    hand.now += 3600_000;
    expect(await open({ definition, clock: hand.clock }).wait(late)).toMatchObject({ status: "TIMED_OUT" });
  });

  it("keeps what has ended, and reads its history from the disk", async () => {
    const first = open({ definition: two });
    const { executionArn } = first.start({ machineArn, input });
    const ended = await first.wait(executionArn);
    const second = open({ definition: two });
    expect(second.describe(executionArn)).toEqual(ended);
    expect(await second.wait(executionArn)).toEqual(ended);
    expect(second.history(executionArn)).toEqual(first.history(executionArn));
  });

  it("drops a line that was written by half, and goes on from the one before", async () => {
    const lambda = heldLambda();
    const first = open({ definition: two, invoke: lambda.invoke });
    const { executionArn } = first.start({ machineArn, input });
    lambda.calls[0]?.answer(1);
    await lambda.called();
    await first.close();
    const file = join(folder.path, readdirSync(folder.path)[0] ?? "");
    const lines = readFileSync(file, "utf8").split("\n");
    const until = lines.findIndex((line) => line.includes('"Two"'));
    writeFileSync(file, `${lines.slice(0, until).join("\n")}\n${lines[until]?.slice(0, 40)}`);
    const calls: unknown[] = [];
    const second = open({ definition: two, invoke: invokeOf((payload) => calls.push(payload)) });
    expect(await second.wait(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(calls).toMatchObject([{ a: 1 }, { a: 1, one: { Payload: 1 } }]);
  });

  it("forgets an execution whose first lines were written by half, and names a file that is damaged", () => {
    const file = join(folder.path, "20261124T100000000Z-slot-0123456789ab.jsonl");
    writeFileSync(file, '{"executionArn":"arn"}\n[{"id":');
    expect(open().list(machineArn)).toEqual([]);
    expect(readdirSync(folder.path)).toEqual([]);
    writeFileSync(file, "{}\nnonsense\n[]\n");
    expect(() => open()).toThrow(`${file}, line 2, is not an execution of the sandbox`);
  });

  it("fails what cannot go on: its state or its machine is not there any more", async () => {
    const lambda = heldLambda();
    const first = open({ definition: two, invoke: lambda.invoke });
    const { executionArn } = first.start({ machineArn });
    await first.close();
    const other = open({ definition: definitionOf({ Other: task() }) });
    expect(await other.wait(executionArn)).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: expect.stringContaining('no state "One" any more'),
    });
    const again = open({ definition: two, invoke: lambda.invoke });
    const second = again.start({ machineArn });
    await again.close();
    const none = createStepFunctions({ directory: folder.path, machines: [], clock: Date.now, randomUuid: randomUUID });
    expect(none.describe(second.executionArn)).toMatchObject({
      status: "FAILED",
      cause: expect.stringContaining("not in this sandbox any more"),
    });
  });

  it("says so when the disk does not take an event any more", async () => {
    const lambda = heldLambda();
    const stepFunctions = open({ definition: two, invoke: lambda.invoke });
    const { executionArn } = stepFunctions.start({ machineArn });
    rmSync(folder.path, { recursive: true });
    lambda.calls[0]?.answer(1);
    expect(await stepFunctions.wait(executionArn)).toMatchObject({
      status: "FAILED",
      error: "Sandbox.Internal",
      cause: expect.stringContaining("ENOENT"),
    });
  });
});
