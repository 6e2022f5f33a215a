import { describeRun } from "@twobytwo/core/runs/history";
import { describe, expect, it } from "vitest";
import {
  type HistoryEvent,
  type NewEvent,
  numbered,
  stateEntered,
  stateExited,
} from "../../src/stepfunctions/history.ts";
import { printRun } from "../../src/stepfunctions/print-run.ts";
import { named, type Ran, runStates, task } from "./machine-fixture.ts";

const tweet = (fields: Record<string, unknown>) => ({
  "Select square": { Type: "Pass", Result: { id: "01J" }, Next: "Any left?" },
  "Any left?": { Type: "Choice", Choices: [{ Variable: "$.id", IsPresent: true, Next: "Tweet" }], Default: "Done" },
  Tweet: task({ ResultSelector: { "tweetId.$": "$.Payload" }, Next: "Done", ...fields }),
  Done: { Type: "Succeed" },
});
const retry = { Retry: [{ ErrorEquals: ["Retryable"], MaxAttempts: 2 }] };

/** Times are of no interest to a reader of a test. */
const printed = (history: readonly HistoryEvent[]) =>
  printRun(describeRun(history)).replace(/^(.{15}) .{9}/gm, "$1 N ms");
const flaky = (failures: number, error: Error) => (_payload: unknown, call: number) => {
  if (call <= failures) throw error;
  return "1860";
};

describe("a run as a person sees it", () => {
  it("shows states in order, attempts, and small outputs", async () => {
    const ran = await runStates(tweet(retry), {}, flaky(2, named("Retryable", "X is busy: 503")));
    expect(printed(ran.history)).toBe(
      [
        '✓ Select square N ms  {"id":"01J"}',
        "✓ Any left?     N ms",
        "↻ Tweet         N ms  Retryable: X is busy: 503",
        "↻ Tweet         N ms  Retryable: X is busy: 503",
        '✓ Tweet         N ms  {"tweetId":"1860"}',
        '✓ Done          N ms  {"tweetId":"1860"}',
      ].join("\n"),
    );
  });

  it("shows what was caught and where it led", async () => {
    const caught = { Catch: [{ ErrorEquals: ["Rejected"], ResultPath: "$.error", Next: "Failed" }] };
    const states = {
      ...tweet({ ...caught }),
      Failed: { Type: "Fail", ErrorPath: "$.error.Error", Cause: "see above" },
    };
    const ran = await runStates(states, {}, flaky(9, named("Rejected", 'say "no"')));
    expect(printed(ran.history).split("\n").slice(-2)).toEqual([
      '✗ Tweet         N ms  Rejected: say "no" → Failed',
      "✗ Failed        N ms  Rejected: see above",
    ]);
    expect(describeRun(ran.history)[2]).toMatchObject({
      state: "Tweet",
      type: "Task",
      outcome: "caught",
      caughtBy: "Failed",
      error: "Rejected",
      input: { id: "01J" },
      attempts: [{ outcome: "failed", error: "Rejected" }],
    });
  });

  it("shows what ended the execution", async () => {
    const failed: Ran = await runStates(tweet({}), {}, flaky(9, named("NoCredits", "top up")));
    expect(printed(failed.history).split("\n").at(-1)).toBe("✗ Tweet         N ms  NoCredits: top up");
    expect(describeRun(failed.history).at(-1)).toMatchObject({ outcome: "failed", error: "NoCredits" });
  });

  it("lets nothing that a function threw steer the terminal", async () => {
    const ran = await runStates(
      tweet({}),
      {},
      flaky(9, named("Rejected", `\u001b[2J\u0007two\nlines ${"x".repeat(200)}`)),
    );
    const last = printed(ran.history).split("\n").at(-1) ?? "";
    expect(last).toMatch(/Rejected: \\x1b\[2J\\x07two\\nlines x+…$/);
    expect(last.length).toBeLessThan(150);
  });

  it("measures states and attempts, and knows what is interrupted, stopped or still running", () => {
    const details = { resourceType: "lambda", resource: "invoke" } as const;
    const scheduled: NewEvent = {
      type: "TaskScheduled",
      taskScheduledEventDetails: { ...details, region: "us-east-1", parameters: "{}" },
    };
    const history: HistoryEvent[] = [];
    const at = (timestamp: number, ...events: NewEvent[]) =>
      history.push(...numbered(events, history.length, timestamp));
    at(0, { type: "ExecutionStarted" }, stateEntered("Task", "A", "{}"));
    at(100, scheduled);
    expect(describeRun(history)).toMatchObject([{ outcome: "running", attempts: [{ outcome: "running" }] }]);
    at(5000, scheduled);
    at(20_000, { type: "TaskTimedOut", taskTimedOutEventDetails: { ...details, error: "States.Timeout" } }, scheduled);
    at(20_250, { type: "TaskSucceeded" }, stateExited("Task", "A", "null"), stateEntered("Wait", "B", "null"));
    at(21_000, { type: "ExecutionAborted", executionAbortedEventDetails: { error: "Person" } });
    expect(describeRun(history)).toMatchObject([
      {
        milliseconds: 20_250,
        attempts: [
          { outcome: "interrupted" },
          { outcome: "timed-out", milliseconds: 15_000, error: "States.Timeout" },
          { outcome: "succeeded", milliseconds: 250 },
        ],
      },
      { milliseconds: 750, outcome: "stopped", error: "Person" },
    ]);
    expect(printRun(describeRun(history))).toBe(
      [
        "↻ A      0 ms  interrupted, begun anew",
        "↻ A    15.0 s  States.Timeout",
        "✓ A    20.3 s  null",
        "■ B    750 ms  Person",
      ].join("\n"),
    );
  });
});
