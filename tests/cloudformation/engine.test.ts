import type { Resource } from "@twobytwo/stacks/cloudformation/template";
import { describe, expect, it } from "vitest";
import { evaluate, holds, type Scope } from "./engine/evaluate.ts";
import { matches } from "./engine/event-pattern.ts";
import { allows, statementsOf, trustedBy } from "./engine/policy.ts";
import { creationOrder, referencesOf } from "./engine/references.ts";
import { checkParameterValue } from "./lint/parameters.ts";
import { list, readForm } from "./simulator/query.ts";

const scope: Scope = {
  parameters: { Stage: "dev", Mail: "" },
  pseudo: { "AWS::Region": "eu-central-1" },
  conditions: {
    HasMail: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Mail" }, ""] }] },
    IsDev: { "Fn::Equals": [{ Ref: "Stage" }, "dev"] },
    Both: { "Fn::And": [{ Condition: "HasMail" }, { Condition: "IsDev" }] },
    Either: { "Fn::Or": [{ Condition: "HasMail" }, { Condition: "IsDev" }] },
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
    [{ "Fn::Join": ["-", ["a", { Ref: "Stage" }]] }, "a-dev"],
    [{ "Fn::Select": [1, { "Fn::Split": [",", "a,b"] }] }, "b"],
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
    expect(["HasMail", "IsDev", "Both", "Either"].map((name) => holds(name, scope))).toEqual([
      false,
      true,
      false,
      true,
    ]);
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

describe("policies", () => {
  const document = {
    Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "logs:*"], Resource: "arn:aws:s3:::pictures/inbox/*" }],
  };
  it.each([
    ["s3:GetObject", "arn:aws:s3:::pictures/inbox/a.jpg", true],
    ["S3:getobject", "arn:aws:s3:::pictures/inbox/", true],
    ["s3:GetObject", "arn:aws:s3:::pictures/squares/a.jpg", false],
    ["s3:PutObject", "arn:aws:s3:::pictures/inbox/a.jpg", false],
    ["logs:PutLogEvents", "arn:aws:s3:::pictures/inbox/a.jpg", true],
  ])("weigh %s on %s", (action, arn, expected) => {
    expect(allows(statementsOf(document), action, arn)).toBe(expected);
  });

  it.each([
    [["a-square"], true],
    [["#stock", "a-square"], true],
    [["#device#1"], false],
    [["a-square", "#device#1"], false],
    [["#devices"], false],
    [[], true],
  ])("weigh a denial of rows against the keys %j", (keys, expected) => {
    const Condition = { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["#device*"] } };
    const Statement = [
      { Effect: "Allow", Action: "dynamodb:PutItem", Resource: "arn:table" },
      { Effect: "Deny", Action: ["dynamodb:PutItem", "dynamodb:UpdateItem"], Resource: "arn:table", Condition },
    ];
    expect(allows(statementsOf({ Statement }), "dynamodb:PutItem", "arn:table", keys)).toBe(expected);
    expect(allows(statementsOf({ Statement }), "dynamodb:UpdateItem", "arn:table", keys)).toBe(false);
  });

  it.each([
    { Effect: "Allow", Condition: { Bool: { "aws:SecureTransport": "true" } } },
    { Effect: "Deny", Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["#device*"] } } },
    {
      Effect: "Deny",
      Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["a"], "dynamodb:Select": "b" } },
    },
    { Effect: "Perhaps" },
  ])("are not guessed at: %j is refused", (statement) => {
    expect(() => statementsOf({ Statement: [{ ...statement, Action: "*", Resource: "*" }] })).toThrow(
      /cannot be weighed/,
    );
  });

  it("trust whom they name", () => {
    const Statement = [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }];
    expect(trustedBy({ Statement })).toEqual(["lambda.amazonaws.com"]);
    expect(trustedBy({ Statement: [{ ...Statement[0], Effect: "Deny" }] })).toEqual([]);
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

describe("event patterns", () => {
  const event = { source: "aws.s3", detail: { object: { key: "inbox/a.jpg" } } };
  it.each([
    [{ source: ["aws.s3"] }, true],
    [{ source: ["aws.ec2", "aws.s3"], detail: { object: { key: [{ prefix: "inbox/" }] } } }, true],
    [{ detail: { object: { key: [{ prefix: "squares/" }] } } }, false],
    [{ detail: { bucket: { name: ["a"] } } }, false],
  ])("%j fits: %s", (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe("the Query protocol", () => {
  it("is read with its lists", () => {
    const form = readForm("Action=A&Parameters.member.1.Key=a&Parameters.member.2.Key=b%26c&Capabilities.member.1=X");
    expect(list(form, "Parameters")).toEqual([{ Key: "a" }, { Key: "b&c" }]);
    expect(list(form, "Capabilities")).toEqual(["X"]);
  });
});
