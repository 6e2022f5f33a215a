import { readFileSync } from "node:fs";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { describe, expect, it } from "vitest";
import { createMachine } from "../../src/stepfunctions/machine.ts";
import { substitute } from "../../src/stepfunctions/substitute.ts";
import { definitionOf, invokeOf, lambdaArn, machineArn, task } from "./machine-fixture.ts";

const load = (definition: unknown) =>
  createMachine({ definition, arn: machineArn, invoke: invokeOf(() => null), clock: Date.now });
const all = { ErrorEquals: ["States.ALL"] };

describe("a definition", () => {
  it("of the project's own state machine has nothing wrong", () => {
    const text = readFileSync(definitionFile, "utf8");
    const names = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ""));
    const machine = load(substitute(JSON.parse(text), Object.fromEntries([...names].map((name) => [name, lambdaArn]))));
    expect(machine).toMatchObject({ arn: machineArn, name: "post-square" });
  });

  it("is refused where it is none", () => {
    for (const given of ["text", null, {}]) expect(() => load(given)).toThrow();
  });
});

describe("what the sandbox does not run is refused at load, by the name of the state and the field", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ QueryLanguage: "JSONata" }, "QueryLanguage"],
    [{ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" }, "Resource"],
    [{ Resource: lambdaArn }, "Resource"],
    [{ HeartbeatSeconds: 10 }, "HeartbeatSeconds"],
    [{ Assign: { a: 1 } }, "Assign"],
    [{ OutputPath: "$.a" }, "OutputPath"],
    [{ TimeoutSeconds: 99_999_999 }, "TimeoutSeconds"],
    [{ TimeoutSeconds: undefined, TimeoutSecondsPath: "$.a" }, "TimeoutSeconds"],
    [{ Parameters: { Payload: {} } }, "Parameters: the sandbox cannot run it: there is no FunctionName"],
    [{ Parameters: { FunctionName: "a", InvocationType: "DryRun" } }, "InvocationType"],
    [{ Parameters: { FunctionName: "a", InvocationType: "Event" } }, "an Event has no result"],
    [{ Parameters: { FunctionName: "a", Payload: { "t.$": "$$.Task.Token" } } }, "$$.Task"],
    [{ Parameters: { FunctionName: "a", Payload: { "t.$": "$.a[*]" } } }, "$.a[*]"],
    [{ Parameters: { FunctionName: "a", Payload: [{ "t.$": "States.UUID()" }] } }, "States.UUID"],
    [{ ResultSelector: { "a.$": "$.Payload..b" } }, "$.Payload..b"],
    [{ ResultPath: "$.a[0]" }, "ResultPath: $.a[0]"],
    [{ Catch: [{ ...all, ResultPath: "$.a[0]", Next: "End" }] }, "ResultPath: $.a[0]"],
    [{ Catch: [{ ...all, Next: "End", OutputPath: "$" }] }, "Catch.0.OutputPath"],
    [{ Retry: [all, { ErrorEquals: ["E"] }] }, "States.ALL must be in the last rule"],
    ...(
      [
        [{ BackoffRate: 0.5 }, ".BackoffRate"],
        [{ IntervalSeconds: 0 }, ".IntervalSeconds"],
        [{ IntervalSeconds: 1.5 }, ".IntervalSeconds"],
        [{ MaxAttempts: -1 }, ".MaxAttempts"],
        [{ IntervalSeconds: 5, MaxDelaySeconds: 5 }, ": the sandbox cannot run it: MaxDelaySeconds must be above"],
        [{ JitterStrategy: "HALF" }, ".JitterStrategy"],
        [{ Interval: 5 }, ".Interval"],
        [{ ErrorEquals: ["E", "States.ALL"] }, ".ErrorEquals: the sandbox cannot run it: States.ALL must stand alone"],
      ] as const
    ).map<[Record<string, unknown>, string]>(([fields, message]) => [
      { Retry: [{ ErrorEquals: ["E"], ...fields }] },
      `Retry.0${message}`,
    ]),
  ])("a Task with %j", (fields, message) => {
    const definition = JSON.parse(JSON.stringify(definitionOf({ "Do it": task(fields), End: { Type: "Succeed" } })));
    expect(() => load(definition)).toThrow(/States\.Do it/);
    expect(() => load(definition)).toThrow(message);
  });

  it.each([
    [{ Type: "Parallel", Branches: [definitionOf({ A: { Type: "Succeed" } })], End: true }, "Parallel"],
    [{ Type: "Map", ItemProcessor: definitionOf({ A: { Type: "Succeed" } }), End: true }, "Map"],
    [{ Type: "Fail", CausePath: "States.MathRandom(1, 2)" }, "CausePath"],
    [{ Type: "Choice", Choices: [{ Variable: "$.a", StringMatches: "a*", Next: "End" }] }, "StringMatches"],
    [{ Type: "Wait", Timestamp: "2027-01-01T00:00:00Z", Next: "End" }, "Timestamp"],
    [{ Type: "Wait", Seconds: 1, Next: "End" }, "Seconds"],
    [{ Type: "Choice", Choices: [{ Not: { Variable: "$.a[*]", IsNull: true }, Next: "End" }] }, "Variable: $.a[*]"],
  ])("the state %j", (state, message) => {
    const definition = definitionOf({ "Do it": state, End: { Type: "Succeed" } });
    expect(() => load(definition)).toThrow(message);
  });

  it("the whole machine, when it is in JSONata or has no proper name", () => {
    expect(() => load({ ...definitionOf({ A: { Type: "Succeed" } }), QueryLanguage: "JSONata" })).toThrow(
      "QueryLanguage",
    );
    const definition = definitionOf({ A: { Type: "Succeed" } });
    const options = { definition, invoke: invokeOf(() => null), clock: Date.now };
    expect(() => createMachine({ ...options, arn: "post-square" })).toThrow("The ARN is not");
    expect(() => load({})).toThrow("StartAt");
  });
});

describe("substitute", () => {
  const hole = (name: string) => `\${${name}}`;

  it("fills every placeholder, also inside of a longer text", () => {
    const definition = { a: [hole("One"), `x-${hole("Two")}-${hole("One")}`], n: 1 };
    expect(substitute(definition, { One: "1", Two: '"2"' })).toEqual({ a: ["1", 'x-"2"-1'], n: 1 });
  });

  it("fails on a placeholder without a value and on a value without a placeholder", () => {
    expect(() => substitute({ a: hole("One") }, { Two: "2" })).toThrow(
      `the placeholder ${hole("One")} has no value; the value Two has no placeholder.`,
    );
    expect(() => substitute({ a: hole("toString") }, {})).toThrow(hole("toString"));
  });
});
