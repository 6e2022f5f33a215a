import { describe, expect, it } from "vitest";
import { evaluate, parseExpression } from "../../src/stepfunctions/expression.ts";

const roots = {
  input: { text: "a", list: [1, { a: null }, "three"], path: "This.is+a,test=string" },
  context: { Execution: { Id: "arn" } },
};
const value = (text: string) => evaluate(parseExpression(text), roots);

describe("intrinsic functions", () => {
  it.each([
    ["States.StringSplit($.path, '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.StringSplit('<a><b>', '<>')", ["a", "b"]],
    ["States.ArrayGetItem(States.StringSplit('x<2026>y', '<>'), 1)", "2026"],
    ["States.Array(1, 'a', $.list[1], $$.Execution.Id)", [1, "a", { a: null }, "arn"]],
    ["States.Array(null, true, -1.5)", [null, true, -1.5]],
    ["States.MathAdd(1, -3)", -2],
    ["States.MathAdd(1.6, 1)", 3],
    ["$.list[1].a", null],
  ])("%s", (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it.each(["States.ArrayGetItem($.list, 3)", "States.ArrayGetItem($.text, 0)", "States.MathAdd(1, 'a')"])(
    "fails by the name that can be caught: %s",
    (text) => {
      expect(() => value(text)).toThrow(
        expect.objectContaining({ name: "States.IntrinsicFailure", message: expect.stringContaining(text) }),
      );
    },
  );

  it("fails with States.Runtime where a path leads nowhere", () => {
    for (const text of ["$.missing", "$.text.length", "$.list[3]", "States.MathAdd($.constructor, 1)"])
      expect(() => value(text)).toThrow(expect.objectContaining({ name: "States.Runtime" }));
  });

  it.each([
    "States.UUID()",
    "States.Format('{}', $.a)",
    "States.MathAdd($.a, 1",
    "States.MathAdd($.a 1)",
    "States.MathAdd($.a, 1) more",
    "'it\\'s'",
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
