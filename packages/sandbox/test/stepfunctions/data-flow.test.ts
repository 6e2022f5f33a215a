import { describe, expect, it } from "vitest";
import { lambdaArn, machineArn, named, pass, runStates, task } from "./machine-fixture.ts";

describe("data flow", () => {
  it("replaces the whole input by ResultPath $, and writes at bracket paths", async () => {
    expect((await runStates({ A: task({ ResultPath: "$" }) }, { a: 1 })).result).toMatchObject({ Payload: { a: 1 } });
    const bracket = pass({ Result: 2, ResultPath: "$['b'].c" });
    expect((await runStates({ A: bracket }, { a: 1 })).result).toEqual({ a: 1, b: { c: 2 } });
    expect((await runStates({ A: pass({ Result: 2, ResultPath: null }) }, { a: 1 })).result).toEqual({ a: 1 });
  });

  it("fails where a result would have to be written into something that is not an object", async () => {
    const ran = await runStates({ A: pass({ Result: 2, ResultPath: "$.a.b" }) }, { a: "text" });
    expect(ran).toMatchObject({ status: "FAILED", error: "States.ResultPathMatchFailure" });
  });

  it("passes on a Result of null, false, 0 and an empty string", async () => {
    for (const value of [null, false, 0, ""])
      expect((await runStates({ A: pass({ Result: value }) }, { a: 1 })).result).toBe(value);
  });

  it("takes $ for the input also where that is null, false, 0 or empty", async () => {
    for (const value of [null, false, 0, ""]) {
      const state = pass({ InputPath: "$", Parameters: { "value.$": "$" } });
      expect((await runStates({ A: state }, value)).result).toEqual({ value });
    }
  });

  it("gives ResultSelector all that lambda:invoke answers", async () => {
    const selector = { "payload.$": "$.Payload", "status.$": "$.StatusCode", "version.$": "$.ExecutedVersion" };
    const more = { "split.$": "States.ArrayGetItem(States.StringSplit($.Payload.text, '<>'), 1)", "all.$": "$" };
    const ran = await runStates({ A: task({ ResultSelector: { ...selector, ...more } }) }, { text: "until <noon>." });
    expect(ran.result).toEqual({
      payload: { text: "until <noon>." },
      status: 200,
      version: "$LATEST",
      split: "noon",
      all: expect.objectContaining({ SdkResponseMetadata: { RequestId: "request-1" } }),
    });
  });

  it("applies InputPath before everything else, in a Succeed state too", async () => {
    const ran = await runStates(
      {
        A: pass({ InputPath: "$.in", Parameters: { "n.$": "States.MathAdd($.n, 1)" }, Next: "B" }),
        B: { Type: "Succeed", InputPath: "$.n" },
      },
      { in: { n: 1 } },
    );
    expect(ran.result).toBe(2);
  });

  it("fails with States.Runtime where a path leads nowhere, and says in which state", async () => {
    for (const expression of ["$.missing", "States.MathAdd($.missing, 1)", "$$.Execution.Missing"]) {
      const ran = await runStates({ A: pass({ Parameters: { "x.$": expression } }) });
      expect(ran).toMatchObject({ status: "FAILED", error: "States.Runtime" });
      expect(ran.cause).toContain("while executing the state 'A' (entered at the event id #2)");
    }
  });

  it("reads the paths of definite places as AWS does", async () => {
    const input = { a: { "b-c": [{ "d.e": 1 }, { length: 2 }], größe_1: null, 7: false } };
    const parameters = {
      "one.$": "$.a.b-c[0]['d.e']",
      "two.$": "$['a'][\"b-c\"][1].length",
      "three.$": "$.a.größe_1",
      "four.$": "$.a.7",
      "five.$": "States.Array($.a.b-c[0]['d.e'], $['a'][\"b-c\"][1].length, $.a.größe_1, $.a.7)",
    };
    const ran = await runStates({ A: pass({ Parameters: parameters }) }, input);
    expect(ran.result).toEqual({ one: 1, two: 2, three: null, four: false, five: [1, 2, null, false] });
  });
});

describe("the context object", () => {
  it("tells of the execution, the state and the machine", async () => {
    const parameters = {
      "all.$": "$$",
      "id.$": "$$.Execution.Id",
      "text.$": "States.Array($$.State.Name, $$.Execution.Input.a)",
    };
    const ran = await runStates(
      { First: pass({ Next: "Second" }), Second: pass({ Parameters: parameters }) },
      { a: 1 },
    );
    const entered = ran.history[3];
    expect(ran.result).toEqual({
      id: ran.executionArn,
      text: ["Second", 1],
      all: {
        Execution: {
          Id: ran.executionArn,
          Input: { a: 1 },
          Name: "run",
          RoleArn: "arn:aws:iam::000000000000:role/post-square",
          StartTime: new Date(ran.startDate).toISOString(),
          RedriveCount: 0,
        },
        State: { Name: "Second", EnteredTime: new Date(entered?.timestamp ?? 0).toISOString(), RetryCount: 0 },
        StateMachine: { Id: machineArn, Name: "post-square" },
      },
    });
  });

  it("counts retries", async () => {
    const seen: unknown[] = [];
    const parameters = {
      FunctionName: lambdaArn,
      Payload: { "count.$": "$$.State.RetryCount", "next.$": "States.MathAdd($$.State.RetryCount, 1)" },
    };
    await runStates(
      { A: task({ Parameters: parameters, Retry: [{ ErrorEquals: ["Retryable"] }] }) },
      {},
      (payload, call) => {
        seen.push(payload);
        if (call < 3) throw named("Retryable");
      },
    );
    expect(seen).toEqual([0, 1, 2].map((count) => ({ count, next: count + 1 })));
  });
});
