import { describe, expect, it } from "vitest";
import { evaluate, parseExpression } from "../../src/stepfunctions/expression.ts";

const roots = {
  input: {
    text: 'back\\slash "quoted"',
    json: '{"message":"say \\"no\\"\\n"}',
    list: [1, { a: null }, "three"],
    path: "This.is+a,test=string",
  },
  context: { Execution: { Id: "arn" } },
};
const value = (text: string) => evaluate(parseExpression(text), roots);

describe("intrinsic functions", () => {
  it.each([
    ["States.Format('{} of {}', $.list[0], $$.Execution.Id)", "1 of arn"],
    ["States.Format('{}, {}, {}', null, true, -1.5)", "null, true, -1.5"],
    ["States.Format('it\\'s \\{{}\\}', 1)", "it's {1}"],
    ["States.Format('{}', $.text)", 'back\\slash "quoted"'],
    ["States.Format($.list[2])", "three"],
    ["States.StringToJson($.json)", { message: 'say "no"\n' }],
    ["States.JsonToString($.text)", '"back\\\\slash \\"quoted\\""'],
    ["States.StringSplit($.path, '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.StringSplit('<a><b>', '<>')", ["a", "b"]],
    ["States.ArrayGetItem(States.StringSplit('x<2026>y', '<>'), 1)", "2026"],
    ["States.Array(1, 'a', $.list[1])", [1, "a", { a: null }]],
    ["States.ArrayLength($.list)", 3],
    ["States.ArrayContains($.list, States.StringToJson('{\"a\":null}'))", true],
    ["States.MathAdd(1, -3)", -2],
    ["States.MathAdd(1.6, 1)", 3],
    ["States.JsonMerge($.list[1], States.StringToJson('{\"b\":1}'), false)", { a: null, b: 1 }],
    ["States.Base64Decode(States.Base64Encode('häuser'))", "häuser"],
    ["States.Hash('abc', 'SHA-1')", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["$.list[1].a", null],
  ])("%s", (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it.each([
    "States.StringToJson('{')",
    "States.Format('{} {}', 1)",
    "States.Format('{}', $.list)",
    "States.ArrayGetItem($.list, 3)",
    "States.ArrayLength($.text)",
    "States.MathAdd(1, 'a')",
    "States.JsonMerge($.list[1], $.list[1], true)",
    "States.Hash('abc', 'CRC')",
  ])("fails by the name that can be caught: %s", (text) => {
    expect(() => value(text)).toThrow(
      expect.objectContaining({ name: "States.IntrinsicFailure", message: expect.stringContaining(text) }),
    );
  });

  it("fails with States.Runtime where a path leads nowhere", () => {
    for (const text of ["$.missing", "$.text.length", "$.list[3]", "States.Format('{}', $.constructor)"])
      expect(() => value(text)).toThrow(expect.objectContaining({ name: "States.Runtime" }));
  });

  it.each([
    "States.UUID()",
    "States.Format('{}', $.a",
    "States.Format('{}' $.a)",
    "States.Format('{}', $.a) more",
    "$.list[*].a",
    "$.list[?(@.a)]",
    "$.list[-1]",
    "$..a",
    "$variable",
    "text",
  ])("refuses %s when it is read", (text) => {
    expect(() => parseExpression(text)).toThrow();
  });
});
