import { errorName, TaskError } from "@twobytwo/core/errors";
import {
  CheckStockInput,
  DisableScheduleInput,
  ExecutionInput,
  FetchMediaInput,
  GiveUpInput,
  MarkPostedInput,
  messageOf,
  NotifyInput,
  ReconcileInput,
  SelectSquareInput,
  TweetInput,
} from "@twobytwo/core/posting/state-inputs";
import * as v from "valibot";
import { describe, expect, it } from "vitest";

describe("the error names", () => {
  it("are the ones that the state machine matches, and no others", () => {
    expect(errorName).toEqual({
      retryable: "Retryable",
      rateLimited: "RateLimited",
      rejected: "Rejected",
      mediaInvalid: "MediaInvalid",
      mediaMissing: "MediaMissing",
      notAuthorized: "NotAuthorized",
      noCredits: "NoCredits",
      wrongAddress: "WrongAddress",
      unconfirmed: "Unconfirmed",
      unknownOutcome: "UnknownOutcome",
    });
    const cause = new Error("below");
    expect(new TaskError("noCredits", "buy some", { cause })).toMatchObject({
      name: "NoCredits",
      message: "buy some",
      cause,
    });
  });
});

describe("what a state hands to the next", () => {
  it("is nothing, a slot or a square at the start, and nothing else", () => {
    const take = (input: unknown) => v.safeParse(ExecutionInput, input).success;
    expect([{}, { scheduledTime: "2026-11-24T18:00:00Z" }, { squareId: "a" }].map(take)).toEqual([true, true, true]);
    expect([{ scheduledTime: "at six" }, { squareId: "" }, { squareId: 7 }, "a"].map(take)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("names the execution and the whole of the square", () => {
    const square = { id: "a", title: "", caption: "", altText: null, objectKey: "k" };
    const take = (input: unknown) => v.safeParse(FetchMediaInput, input).success;
    expect(take({ execution: "run-1", square })).toBe(true);
    expect(take({ execution: "", square })).toBe(false);
    expect(take({ execution: "run-1", square: { ...square, id: "" } })).toBe(false);
    for (const name of Object.keys(square))
      expect(take({ execution: "run-1", square: { ...square, [name]: undefined } }), name).toBe(false);
  });

  it.each<[string, v.GenericSchema, Record<string, unknown>]>([
    ["Select square", SelectSquareInput, { input: {} }],
    ["Tweet", TweetInput, { square: { id: "a", title: "", caption: "", altText: null, objectKey: "k" }, mediaId: "7" }],
    ["Mark posted", MarkPostedInput, { squareId: "a", tweetId: "1" }],
    ["Reconcile", ReconcileInput, { squareId: "a" }],
    ["Disable schedule", DisableScheduleInput, { pause: { reason: "no credits" } }],
    ["Check stock", CheckStockInput, {}],
  ])("is all that %s needs, and no less", (_, schema, more) => {
    const input = { execution: "run-1", ...more };
    expect(v.parse(schema, input)).toEqual(input);
    for (const name of Object.keys(input))
      expect(v.safeParse(schema, { ...input, [name]: undefined }).success, name).toBe(false);
  });

  it("may pause the schedule with a reason, or only put it to sleep", () => {
    expect(v.parse(DisableScheduleInput, { execution: "run-1", pause: null }).pause).toBeNull();
    expect(v.safeParse(DisableScheduleInput, { execution: "run-1", pause: {} }).success).toBe(false);
  });

  it("is cleaned up after even where the input of the execution was refused", () => {
    const given = { execution: "run-1", input: { squareId: "" }, error: { Error: "Rejected" }, tweetId: null };
    expect(v.parse(GiveUpInput, given)).toEqual({ ...given, input: {}, error: { Error: "Rejected", Cause: "" } });
  });

  it("is told to a person with what is known", () => {
    const failure = { error: "Rejected", message: "no", squareId: null, squareStatus: null };
    expect(v.parse(NotifyInput, { execution: "run-1", failure })).toEqual({ execution: "run-1", failure });
    expect(v.safeParse(NotifyInput, { execution: "run-1", failure: {} }).success).toBe(false);
  });
});

describe("the words of a caught error", () => {
  it.each([
    ['{"errorType":"NoCredits","errorMessage":"buy some"}', "buy some"],
    ["The Lambda was killed", "The Lambda was killed"],
    ['{"errorType":"NoCredits"}', '{"errorType":"NoCredits"}'],
    ["", "States.Timeout, without a message"],
  ])("are out of %j: %s", (Cause, message) => {
    expect(messageOf({ Error: "States.Timeout", Cause })).toBe(message);
  });
});
