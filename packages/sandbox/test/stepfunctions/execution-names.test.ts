import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folder, folderForEachTest, handClock, heldLambda, hour, open } from "./kept-fixture.ts";
import { machineArn } from "./machine-fixture.ts";

folderForEachTest();

const input = { a: 1 };

describe("names of executions", () => {
  it("gives the same execution for the same name and input while it runs, and no other", async () => {
    const lambda = heldLambda();
    const stepFunctions = open({ invoke: lambda.invoke });
    const first = stepFunctions.start({ machineArn, name: "slot", input });
    expect(first.executionArn).toBe("arn:aws:states:us-east-1:000000000000:execution:post-square:slot");
    expect(stepFunctions.start({ machineArn, name: "slot", input })).toEqual(first);
    expect(lambda.calls).toHaveLength(1);
    const other = { machineArn, name: "slot", input: { a: 2 } };
    expect(() => stepFunctions.start(other)).toThrow(expect.objectContaining({ name: "ExecutionAlreadyExists" }));
    lambda.calls[0]?.answer(null);
    await stepFunctions.wait(first.executionArn);
    expect(() => stepFunctions.start({ machineArn, name: "slot", input })).toThrow(
      expect.objectContaining({ name: "ExecutionAlreadyExists" }),
    );
  });

  it("frees a name 90 days after the end, with the history of its execution", async () => {
    const hand = handClock();
    const stepFunctions = open({ clock: hand.clock });
    const first = stepFunctions.start({ machineArn, name: "slot", input });
    await stepFunctions.wait(first.executionArn);
    hand.now += 90 * 24 * hour;
    expect(() => stepFunctions.start({ machineArn, name: "slot", input })).toThrow("Already Exists");
    hand.now += 1;
    const second = stepFunctions.start({ machineArn, name: "slot", input });
    expect(second.startDate).toBe(hand.now);
    await stepFunctions.wait(second.executionArn);
    expect(readdirSync(folder.path)).toHaveLength(1);
    hand.now += 91 * 24 * hour;
    expect(open({ clock: hand.clock }).list(machineArn)).toEqual([]);
  });

  it("keeps apart names that differ in case or in characters that a file name cannot have", async () => {
    const stepFunctions = open();
    const names = ["slot", "SLOT", "slot.1", "slot_1", "späť", "con"];
    for (const name of names) stepFunctions.start({ machineArn, name, input: { name } });
    await Promise.all(stepFunctions.list(machineArn).map(({ executionArn }) => stepFunctions.wait(executionArn)));
    const reopened = open();
    expect(reopened.list(machineArn).map((execution) => [execution.name, JSON.parse(execution.input)])).toEqual(
      expect.arrayContaining(names.map((name) => [name, { name }])),
    );
    expect(readdirSync(folder.path).every((file) => /^[\w-]+\.jsonl$/.test(file))).toBe(true);
  });

  it.each(["", "x".repeat(81), "a b", "a/b", "a:b", "a*"])("refuses the name %j", (name) => {
    expect(() => open().start({ machineArn, name })).toThrow(expect.objectContaining({ name: "InvalidName" }));
  });

  it("refuses a machine that is not there and an input over 256 KB", () => {
    const stepFunctions = open();
    expect(() => stepFunctions.start({ machineArn: `${machineArn}x` })).toThrow(
      expect.objectContaining({ name: "StateMachineDoesNotExist" }),
    );
    expect(() => stepFunctions.start({ machineArn, input: "x".repeat(262_144) })).toThrow(
      expect.objectContaining({ name: "ValidationException" }),
    );
    expect(() => stepFunctions.describe("arn:none")).toThrow(
      expect.objectContaining({ name: "ExecutionDoesNotExist" }),
    );
  });
});
