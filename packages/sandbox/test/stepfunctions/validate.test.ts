import { readFileSync } from "node:fs";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { describe, expect, it } from "vitest";
import { substitute } from "../../src/stepfunctions/definition.ts";
import { createMachine } from "../../src/stepfunctions/machine.ts";
import { validateDefinition } from "../../src/stepfunctions/validate.ts";
import { definitionOf, invokeOf, lambdaArn, machineArn, task } from "./machine-fixture.ts";

const load = (definition: unknown) =>
  createMachine({ definition, arn: machineArn, invoke: invokeOf(() => null), clock: Date.now });
const all = { ErrorEquals: ["States.ALL"] };

describe("validateDefinition", () => {
  it("finds nothing wrong with the project's own state machine, placeholders and all", () => {
    const text = readFileSync(definitionFile, "utf8");
    expect(validateDefinition(JSON.parse(text))).toEqual([]);
    const names = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ""));
    const machine = load(substitute(JSON.parse(text), Object.fromEntries([...names].map((name) => [name, lambdaArn]))));
    expect(machine).toMatchObject({ arn: machineArn, name: "post-square" });
  });

  it("leaves what it is given as it was", () => {
    const definition = definitionOf({ A: task() });
    const before = structuredClone(definition);
    validateDefinition(definition);
    expect(definition).toEqual(before);
  });

  it("has asl-validator's checks", () => {
    expect(validateDefinition(definitionOf({ A: task({ Next: "B" }) })).join()).toContain("B");
    expect(validateDefinition(definitionOf({ A: task(), B: task() })).join()).toContain("B");
    expect(validateDefinition({}).length).toBeGreaterThan(0);
    expect(validateDefinition("text")).toEqual(["The definition is not a JSON object."]);
    expect(validateDefinition({ StartAt: "A", States: [] }).length).toBeGreaterThan(0);
  });

  it.each([
    [{ ErrorEquals: ["E"], BackoffRate: 0.5 }, "BackoffRate must be a number from 1 up."],
    [{ ErrorEquals: ["E"], IntervalSeconds: 0 }, "IntervalSeconds must be a whole number from 1 up."],
    [{ ErrorEquals: ["E"], IntervalSeconds: 1.5 }, "IntervalSeconds must be a whole number from 1 up."],
    [{ ErrorEquals: ["E"], MaxAttempts: -1 }, "MaxAttempts must be a whole number from 0 up."],
    [{ ErrorEquals: ["E"], IntervalSeconds: 5, MaxDelaySeconds: 5 }, "MaxDelaySeconds must be a whole number above"],
    [{ ErrorEquals: ["E"], JitterStrategy: "HALF" }, "JitterStrategy must be NONE or FULL."],
    [{ ErrorEquals: ["E"], Interval: 5 }, "unknown field Interval."],
    [{ ErrorEquals: ["E", "States.ALL"] }, "States.ALL must stand alone in ErrorEquals."],
    [{ ErrorEquals: ["E"], IntervalSeconds: 60, BackoffRate: 10, MaxAttempts: 9 }, "set MaxDelaySeconds"],
  ])("finds the mistake in the retrier %j", (retrier, message) => {
    const [problem] = validateDefinition(definitionOf({ A: task({ Retry: [retrier] }) })).filter((text) =>
      text.startsWith('State "A", Retry[0]: '),
    );
    expect(problem).toContain(message);
  });

  it("wants States.ALL in the last rule, known fields in Catch and a limit on every Task", () => {
    const retry = task({ Retry: [all, { ErrorEquals: ["E"] }] });
    expect(validateDefinition(definitionOf({ A: retry }))).toContain(
      'State "A", Retry[0]: States.ALL must be in the last rule.',
    );
    const caught = task({ Catch: [{ ...all, Next: "B", OutputPath: "$" }] });
    expect(validateDefinition(definitionOf({ A: caught, B: { Type: "Succeed" } }))).toContain(
      'State "A", Catch[0]: unknown field OutputPath.',
    );
    const { TimeoutSeconds: _, ...unlimited } = task();
    expect(validateDefinition(definitionOf({ A: unlimited }))).toEqual(['State "A": a Task needs TimeoutSeconds.']);
  });
});

describe("what the sandbox would run wrongly is refused at load, by the name of the state", () => {
  it.each([
    [{ QueryLanguage: "JSONata" }, "JSONPath"],
    [{ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken" }, "is not arn:aws:states:::lambda:invoke"],
    [{ Resource: "arn:aws:states:::sns:publish" }, "is not arn:aws:states:::lambda:invoke"],
    [{ Resource: lambdaArn }, "is not arn:aws:states:::lambda:invoke"],
    [{ HeartbeatSeconds: 10 }, "heartbeats"],
    [{ Assign: { a: 1 } }, "variables (Assign)"],
    [{ TimeoutSeconds: 99_999_999 }, "TimeoutSeconds is over"],
    [{ TimeoutSeconds: undefined, TimeoutSecondsPath: "$.a" }, "use TimeoutSeconds"],
    [{ Parameters: { Payload: {} } }, "no FunctionName"],
    [{ Parameters: { FunctionName: "a", InvocationType: "Event" } }, "InvocationType"],
    [{ Parameters: { FunctionName: "a", Payload: { "t.$": "$$.Task.Token" } } }, "$$.Task"],
    [{ Parameters: { FunctionName: "a", Payload: { "t.$": "$.a[*]" } } }, "$.a[*]"],
    [{ Parameters: { FunctionName: "a", Payload: [{ "t.$": "States.UUID()" }] } }, "States.UUID"],
    [{ ResultSelector: { "a.$": "$.Payload..b" } }, "$.Payload..b"],
    [{ ResultPath: "$.a[0]" }, "ResultPath: $.a[0]"],
    [{ OutputPath: "$.a" }, "OutputPath"],
    [{ Catch: [{ ...all, ResultPath: "$.a[0]", Next: "End" }] }, "ResultPath of Catch"],
  ])("a Task with %j", (fields, message) => {
    const definition = JSON.parse(JSON.stringify(definitionOf({ "Do it": task(fields), End: { Type: "Succeed" } })));
    expect(() => load(definition)).toThrow(/State "Do it": the sandbox cannot run it: /);
    expect(() => load(definition)).toThrow(message);
  });

  it.each([
    [{ Type: "Parallel", Branches: [definitionOf({ A: { Type: "Succeed" } })], End: true }, "type Parallel"],
    [{ Type: "Map", ItemProcessor: definitionOf({ A: { Type: "Succeed" } }), End: true }, "type Map"],
    [{ Type: "Fail", CausePath: "States.MathRandom(1, 2)" }, "CausePath"],
    [{ Type: "Choice", Choices: [{ Variable: "$.a", StringMatches: "a*", Next: "End" }] }, "StringMatches"],
    [{ Type: "Wait", Timestamp: "2027-01-01T00:00:00Z", Next: "End" }, "use TimestampPath"],
    [{ Type: "Choice", Choices: [{ Not: { Variable: "$.a[*]", IsNull: true }, Next: "End" }] }, "Variable: $.a[*]"],
  ])("the state %j", (state, message) => {
    const definition = definitionOf({ "Do it": state, End: { Type: "Succeed" } });
    expect(() => load(definition)).toThrow(message);
  });

  it("the whole machine, when it is in JSONata or has no proper name", () => {
    expect(() => load({ ...definitionOf({ A: { Type: "Succeed" } }), QueryLanguage: "JSONata" })).toThrow("JSONPath");
    const options = { definition: definitionOf({ A: { Type: "Succeed" } }), invoke: invokeOf(() => null) };
    expect(() => createMachine({ ...options, arn: "post-square", clock: Date.now })).toThrow("The ARN is not");
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
