import { describe, expect, it } from "vitest";
import { pass, runStates } from "./machine-fixture.ts";

/** What one Choice rule says of an input. */
async function matches(rule: Record<string, unknown>, input: unknown): Promise<unknown> {
  const { status, result, error } = await runStates(
    {
      Look: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
      Yes: pass({ Result: true }),
      No: pass({ Result: false }),
    },
    input,
  );
  return status === "SUCCEEDED" ? result : error;
}

describe("choices", () => {
  it.each([
    [{ Variable: "$.a", NumericLessThan: 5 }, { a: null }, false],
    [{ Variable: "$.a", NumericLessThan: 5 }, { a: "3" }, false],
    [{ Variable: "$.a", NumericLessThan: 5 }, { a: 3 }, true],
    [{ Variable: "$.a", StringLessThan: "b" }, { a: 1 }, false],
    [{ Variable: "$.a", NumericGreaterThanPath: "$.b" }, { a: 2, b: "1" }, false],
    [{ Variable: "$.a", NumericGreaterThanPath: "$.b" }, { a: 2, b: 1 }, true],
    [{ Variable: "$.a", TimestampGreaterThan: "2026-01-01T00:00:00Z" }, { a: "2027" }, false],
    [
      { Variable: "$.a", TimestampGreaterThanPath: "$.b" },
      { a: "2026-01-02T00:00:00Z", b: "2026-01-01T23:00:00-02:00" },
      false,
    ],
    [{ Variable: "$.a", BooleanEquals: false }, { a: null }, false],
    [{ Variable: "$.a", IsPresent: false }, {}, true],
    [{ Variable: "$.a", IsPresent: false }, { a: null }, false],
    [{ Variable: "$.a", IsPresent: true }, { a: null }, true],
    [{ Variable: "$.a", IsNull: false }, { a: 1 }, true],
    [{ Variable: "$.a", IsNull: true }, {}, "States.Runtime"],
    [{ Variable: "$.a", StringEquals: "x" }, {}, "States.Runtime"],
    [{ Variable: "$$.Execution.Name", StringEquals: "run" }, {}, true],
    [{ And: [{ Variable: "$.a", IsPresent: true }, { Not: { Variable: "$.a", NumericEquals: 1 } }] }, { a: 2 }, true],
    [
      {
        Or: [
          { Variable: "$.a", NumericEquals: 1 },
          { Variable: "$.a", StringEquals: "1" },
        ],
      },
      { a: "1" },
      true,
    ],
  ])("%j of %j is %j", async (rule, input, expected) => {
    expect(await matches(rule, input)).toBe(expected);
  });

  it("fails when no rule matches", async () => {
    const ran = await runStates(
      { A: { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "B" }] }, B: { Type: "Succeed" } },
      { a: 1 },
    );
    expect(ran).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" });
  });

  it("may lead back to itself", async () => {
    const ran = await runStates(
      {
        Count: pass({ Parameters: { "n.$": "States.MathAdd($.n, 1)" }, Next: "Enough?" }),
        "Enough?": {
          Type: "Choice",
          Choices: [{ Variable: "$.n", NumericLessThan: 3, Next: "Count" }],
          Default: "Done",
        },
        Done: { Type: "Succeed" },
      },
      { n: 0 },
    );
    expect(ran.result).toEqual({ n: 3 });
  });
});
