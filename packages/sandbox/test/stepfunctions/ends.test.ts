import { describe, expect, it } from "vitest";
import { pass, runStates, typesOf } from "./machine-fixture.ts";

describe("ends", () => {
  it("takes the words of a Fail state from paths", async () => {
    const paths = {
      Type: "Fail",
      ErrorPath: "$.error",
      CausePath: "$.details",
    };
    const ran = await runStates({ A: paths }, { error: "Rejected", details: "no" });
    expect(ran).toMatchObject({ status: "FAILED", error: "Rejected", cause: "no" });
    expect(typesOf(ran.history)).toEqual(["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
    expect(await runStates({ A: { Type: "Fail", Error: "E", Cause: "C" } })).toMatchObject({ error: "E", cause: "C" });
    expect((await runStates({ A: { ...paths, ErrorPath: "$.number" } }, { number: 5, details: "no" })).error).toBe(
      "States.Runtime",
    );
  });

  it("says nothing of a Fail state that says nothing", async () => {
    const ran = await runStates({ A: { Type: "Fail" } });
    expect(ran.history.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  it("numbers the events and points each to the one before", async () => {
    const { history } = await runStates({ A: pass({}) });
    expect(history.map(({ id, previousEventId }) => [id, previousEventId])).toEqual([
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 3],
    ]);
  });

  it("ends a loop at 25,000 events", async () => {
    const ran = await runStates(
      {
        A: pass({ Next: "B" }),
        B: { Type: "Choice", Choices: [{ Variable: "$.go", BooleanEquals: true, Next: "A" }], Default: "Done" },
        Done: { Type: "Succeed" },
      },
      { go: true },
    );
    expect(ran).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(ran.cause).toContain("maximum number of history events");
    expect(ran.history.length).toBeLessThanOrEqual(25_000);
  });
});
