import { describeRun, type HistoryEvent } from "@twobytwo/core/runs/history";
import { describe, expect, it } from "vitest";

type Event = Omit<HistoryEvent, "id">;

/** Numbers events as GetExecutionHistory does. */
const run = (...events: Event[]) => describeRun(events.map((event, index) => ({ ...event, id: index + 1 })));

const entered = (timestamp: number, name: string, type = "Task", input: unknown = {}): Event => ({
  type: `${type}StateEntered`,
  timestamp,
  stateEnteredEventDetails: { name, input: JSON.stringify(input) },
});
const exited = (timestamp: number, output: unknown = {}, type = "Task"): Event => ({
  type: `${type}StateExited`,
  timestamp,
  stateExitedEventDetails: { output: JSON.stringify(output) },
});
const scheduled = (timestamp: number): Event => ({ type: "TaskScheduled", timestamp });
const started = (timestamp: number): Event => ({ type: "TaskStarted", timestamp });
const succeeded = (timestamp: number): Event => ({ type: "TaskSucceeded", timestamp });
const failed = (timestamp: number, error: string, cause?: string): Event => ({
  type: "TaskFailed",
  timestamp,
  taskFailedEventDetails: { error, ...(cause !== undefined && { cause }) },
});
const timedOut = (timestamp: number): Event => ({
  type: "TaskTimedOut",
  timestamp,
  taskTimedOutEventDetails: { error: "States.Timeout" },
});

describe("a run, state by state", () => {
  it("has for each stay its type, its times, what came in and what went out", () => {
    expect(
      run(
        { type: "ExecutionStarted", timestamp: 0 },
        entered(10, "Select", "Task", { slot: 1 }),
        scheduled(20),
        started(25),
        succeeded(120),
        exited(130, { id: "a" }),
        entered(140, "Any left?", "Choice", { id: "a" }),
        exited(145, { id: "a" }, "Choice"),
      ),
    ).toEqual([
      {
        state: "Select",
        type: "Task",
        enteredAt: 10,
        milliseconds: 120,
        outcome: "succeeded",
        input: { slot: 1 },
        output: { id: "a" },
        attempts: [{ milliseconds: 100, outcome: "succeeded" }],
      },
      {
        state: "Any left?",
        type: "Choice",
        enteredAt: 140,
        milliseconds: 5,
        outcome: "succeeded",
        input: { id: "a" },
        output: { id: "a" },
        attempts: [],
      },
    ]);
  });

  it("is empty before the first state", () => {
    expect(run()).toEqual([]);
    expect(run({ type: "ExecutionStarted", timestamp: 0 })).toEqual([]);
  });

  it("runs as long as nothing has ended it", () => {
    expect(run(entered(10, "Select"), scheduled(20), started(50))).toMatchObject([
      { outcome: "running", milliseconds: 40, attempts: [{ outcome: "running", milliseconds: 0 }] },
    ]);
  });

  it("measures every attempt from its own beginning", () => {
    const [line] = run(
      entered(0, "Tweet"),
      scheduled(10),
      failed(40, "Retryable", "busy"),
      scheduled(1040),
      timedOut(6040),
      scheduled(7000),
      succeeded(7250),
      exited(7260),
    );
    expect(line).toMatchObject({ outcome: "succeeded", milliseconds: 7260 });
    expect(line).not.toHaveProperty("error");
    expect(line?.attempts).toStrictEqual([
      { milliseconds: 30, outcome: "failed", error: "Retryable", cause: "busy" },
      { milliseconds: 5000, outcome: "timed-out", error: "States.Timeout" },
      { milliseconds: 250, outcome: "succeeded" },
    ]);
  });

  it.each([
    ["failed", failed(40, "Rejected", "no"), { error: "Rejected", cause: "no" }],
    ["timed out", timedOut(40), { error: "States.Timeout" }],
  ])("was caught where the last attempt %s and the state ended all the same", (_, end, why) => {
    const [line, next] = run(entered(0, "Tweet"), scheduled(10), end, exited(50), entered(60, "Release", "Task"));
    expect(line).toMatchObject({ outcome: "caught", caughtBy: "Release", ...why });
    expect(next).toMatchObject({ state: "Release", outcome: "running" });
    expect(run(entered(0, "Done"), exited(5), entered(6, "Next"))[0]).not.toHaveProperty("caughtBy");
  });

  it("knows an attempt in which an earlier process died, and one of which nothing is known", () => {
    const [line] = run(entered(0, "Tweet"), scheduled(10), scheduled(500), {
      type: "TaskFailed",
      timestamp: 510,
    });
    expect(line?.attempts).toStrictEqual([
      { milliseconds: 0, outcome: "interrupted" },
      { milliseconds: 10, outcome: "failed" },
    ]);
    expect(run(entered(0, "Tweet"), succeeded(10))[0]?.attempts).toEqual([]);
  });
});

describe("a run that was ended", () => {
  const why = { error: "NoCredits", cause: "buy some" };
  const ended: [string, Event, string][] = [
    ["failed", { type: "ExecutionFailed", timestamp: 90, executionFailedEventDetails: why }, "failed"],
    ["took too long", { type: "ExecutionTimedOut", timestamp: 90, executionTimedOutEventDetails: why }, "failed"],
    ["was stopped", { type: "ExecutionAborted", timestamp: 90, executionAbortedEventDetails: why }, "stopped"],
  ];

  it.each(ended)("ended in the state it was in: it %s", (_, event, outcome) => {
    const lines = run(entered(10, "Select"), exited(20), entered(30, "Tweet"), event);
    expect(lines).toMatchObject([
      { outcome: "succeeded", milliseconds: 10 },
      { outcome, milliseconds: 60, ...why },
    ]);
  });

  it.each(ended)("leaves a state alone that was over: it %s", (_, event) => {
    const [line] = run(entered(10, "Select"), exited(20), event);
    expect(line).toMatchObject({ outcome: "succeeded", milliseconds: 10 });
    expect(line).not.toHaveProperty("error");
  });

  it("may have been stopped without a word", () => {
    const [line] = run(entered(10, "Wait", "Wait"), {
      type: "ExecutionAborted",
      timestamp: 90,
      executionAbortedEventDetails: {},
    });
    expect(line).toStrictEqual({
      state: "Wait",
      type: "Wait",
      enteredAt: 10,
      milliseconds: 80,
      outcome: "stopped",
      input: {},
      attempts: [],
    });
  });
});
