import type { Resource } from "@twobytwo/stacks/cloudformation/template";
import { describe, expect, it } from "vitest";
import { evaluate, holds, type Scope } from "./engine/evaluate.ts";
import { creationOrder, referencesOf } from "./engine/references.ts";
import { checkParameterValue } from "./lint/parameters.ts";
import { list, readForm } from "./simulator/query.ts";

const scope: Scope = {
  parameters: { Stage: "dev", Mail: "" },
  pseudo: { "AWS::Region": "eu-central-1" },
  conditions: {
    HasMail: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Mail" }, ""] }] },
    NotDev: { "Fn::Not": [{ Condition: "IsDev" }] },
    IsDev: { "Fn::Equals": [{ Ref: "Stage" }, "dev"] },
  },
  resources: new Map([["Table", { id: "squares", attributes: { Arn: "arn:table" } }]]),
};

describe("evaluate", () => {
  it.each<[unknown, unknown]>([
    [{ Ref: "Stage" }, "dev"],
    [{ Ref: "Table" }, "squares"],
    [{ "Fn::GetAtt": ["Table", "Arn"] }, "arn:table"],
    [{ "Fn::GetAtt": "Table.Arn" }, "arn:table"],
    [{ "Fn::Sub": "${Stage}-${AWS::Region}-${Table.Arn}-${!Kept}" }, "dev-eu-central-1-arn:table-${Kept}"],
    [{ "Fn::Sub": ["${Stage}/${Name}", { Name: { Ref: "Table" } }] }, "dev/squares"],
    [{ "Fn::If": ["IsDev", "yes", { Ref: "Nothing" }] }, "yes"],
    [{ a: { "Fn::If": ["HasMail", 1, { Ref: "AWS::NoValue" }] }, b: 2 }, { b: 2 }],
    [["a", { Ref: "AWS::NoValue" }], ["a"]],
    [
      { Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ],
  ])("makes of %j %j", (value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  it("weighs conditions, also of conditions", () => {
    expect(["HasMail", "IsDev", "NotDev"].map((name) => holds(name, scope))).toEqual([false, true, false]);
  });

  it.each([
    [{ Ref: "Nothing" }, /Unresolved resource dependencies \[Nothing\]/],
    [{ "Fn::GetAtt": ["Table", "Name"] }, /\[Table\.Name\]/],
    [{ "Fn::Sub": "${Nothing}" }, /\[Nothing\]/],
    [{ "Fn::If": ["Never", 1, 2] }, /unresolved condition Never/],
    [{ "Fn::Cidr": ["10.0.0.0/8", 1] }, /Fn::Cidr is no function that is known here/],
  ])("refuses %j", (value, message) => {
    expect(() => evaluate(value, scope)).toThrow(message);
  });
});

const resource = (Properties: Resource["Properties"], DependsOn?: string): Resource => ({
  Type: "AWS::SNS::Topic",
  Properties,
  ...(DependsOn !== undefined && { DependsOn }),
});

describe("creationOrder", () => {
  it("puts what is named, in any way, before what names it", () => {
    const order = creationOrder({
      A: resource({ x: { "Fn::Sub": "${B.Arn}" } }, "D"),
      B: resource({ x: { "Fn::If": ["c", { Ref: "C" }, ""] } }),
      C: resource({}),
      D: resource({}),
    });
    expect(order).toEqual(["C", "B", "D", "A"]);
  });

  it("names a circle", () => {
    const circle = { A: resource({ x: { Ref: "B" } }), B: resource({}, "A") };
    expect(() => creationOrder(circle)).toThrow("Circular dependency: A → B → A");
  });

  it("does not take the names that Fn::Sub brings along for resources", () => {
    expect(referencesOf({ "Fn::Sub": ["${Own}${Other}", { Own: "x" }] })).toEqual([{ kind: "name", name: "Other" }]);
  });
});

describe("parameters", () => {
  it.each([
    [{ AllowedPattern: "[a-z]+" }, "abc", true],
    [{ AllowedPattern: "[a-z]+" }, "abc1", false],
    [{ AllowedValues: ["a", "b"] }, "b", true],
    [{ AllowedValues: ["a", "b"] }, "c", false],
    [{ MaxLength: 2 }, "abc", false],
    [{ Type: "Number", MinValue: 1, MaxValue: 9 }, "9", true],
    [{ Type: "Number", MinValue: 1, MaxValue: 9 }, "10", false],
    [{ Type: "Number" }, "", false],
  ] as const)("%j and %j: %s", (rule, value, isTaken) => {
    const problems = checkParameterValue("A", { Type: "String", Description: "", ...rule }, value);
    expect(problems.length === 0).toBe(isTaken);
  });
});

describe("the Query protocol", () => {
  it("is read with its lists", () => {
    const form = readForm("Action=A&Parameters.member.1.Key=a&Parameters.member.2.Key=b%26c&Capabilities.member.1=X");
    expect(list(form, "Parameters")).toEqual([{ Key: "a" }, { Key: "b&c" }]);
    expect(list(form, "Capabilities")).toEqual(["X"]);
  });
});
