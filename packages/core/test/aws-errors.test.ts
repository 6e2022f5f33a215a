import { fromAwsError } from "@twobytwo/core/aws-errors";
import { TaskError } from "@twobytwo/core/errors";
import { describe, expect, it } from "vitest";

const failure = (facts: object, message = "it said so") => Object.assign(new Error(message), facts);
const named = (facts: object, message?: string) => fromAwsError(failure(facts, message), "Reading the queue").name;

describe("a failure of AWS that passes", () => {
  it.each([
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "SlowDown",
    "LimitExceededException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "RequestTimeout",
    "RequestTimeoutException",
    "TimeoutError",
    "ConflictException",
  ])("is Retryable: %s", (name) => {
    expect(named({ name, $fault: "client" })).toBe("Retryable");
  });

  it("is Retryable where the fault is the server's, by its word or its status", () => {
    expect(named({ name: "Odd", $fault: "server" })).toBe("Retryable");
    expect(named({ name: "Odd", $metadata: { httpStatusCode: 500 } })).toBe("Retryable");
    expect(named({ name: "Odd", $metadata: { httpStatusCode: 499 } })).toBe("Odd");
    expect(named({ name: "Odd", $metadata: {} })).toBe("Odd");
  });

  it.each(["ECONNRESET", "EPIPE", "ABORT_ERR", "UND_ERR_SOCKET"])(
    "is Retryable where the network broke: %s",
    (code) => {
      expect(named({ code })).toBe("Retryable");
    },
  );

  it.each(["ERR_INVALID_ARG_TYPE", "XECONNRESET", "MY_ABORT_ERR"])("is none of the network's with %s", (code) => {
    expect(named({ code })).toBe("Error");
  });

  it("is a transaction cancelled by another one or by throttling, and not by its own conditions", () => {
    const cancelled = (why: string) => named({ name: "TransactionCanceledException" }, `Reasons [None, ${why}]`);
    expect(cancelled("TransactionConflict")).toBe("Retryable");
    expect(cancelled("ThrottlingError")).toBe("Retryable");
    expect(cancelled("ConditionalCheckFailed")).toBe("TransactionCanceledException");
    expect(named({ name: "Odd" }, "TransactionConflict")).toBe("Odd");
  });

  it.each([
    [["None", "ThrottlingError"], "Retryable"],
    [["ProvisionedThroughputExceeded", "None"], "Retryable"],
    [["RequestLimitExceeded"], "Retryable"],
    [["InternalServerError"], "Retryable"],
    [["TransactionConflict", "ConditionalCheckFailed"], "TransactionCanceledException"],
    [["ValidationError"], "TransactionCanceledException"],
    [["TransactionConflict", "ValidationError"], "TransactionCanceledException"],
  ])("is told by the reasons of the parts, %j, whatever the message says", (codes, expected) => {
    const CancellationReasons = codes.map((Code) => ({ Code }));
    expect(named({ name: "TransactionCanceledException", CancellationReasons }, "Throttling")).toBe(expected);
  });

  it("says what was done, what AWS said, and what to do", () => {
    const error = failure({ name: "SlowDown" });
    const told = fromAwsError(error, "Reading the queue");
    expect(told).toBeInstanceOf(TaskError);
    expect(told.message).toBe("Reading the queue failed and can be tried again (SlowDown: it said so)");
    expect(told.cause).toBe(error);
  });
});

describe("a failure of AWS that stays", () => {
  it.each([
    ["ResourceNotFoundException", "check that DB_TABLE_NAME and SCHEDULE_NAME match the deployment."],
    ["NoSuchBucket", "check that S3_BUCKET_NAME matches the deployment."],
    ["AccessDenied", "check the permissions of this function's role."],
    ["AccessDeniedException", "check the permissions of this function's role."],
    ["UnrecognizedClientException", "check the permissions of this function's role."],
    ["ValidationException", "this is a mistake in the program or its setup, and trying again does not help."],
  ])("keeps its name and says the way out: %s", (name, wayOut) => {
    const error = failure({ name });
    const told = fromAwsError(error, "Reading the queue");
    expect(told).toMatchObject({ name, cause: error });
    expect(told).not.toBeInstanceOf(TaskError);
    expect(told.message).toBe(`Reading the queue failed (${name}: it said so): ${wayOut}`);
  });

  it("is told whatever was thrown", () => {
    expect(fromAwsError("gone", "Reading").message).toMatch(/^Reading failed \(Error: gone\)/);
    expect(fromAwsError(undefined, "Reading")).toMatchObject({
      name: "Error",
      message: expect.stringMatching(/^Reading failed \(Error: undefined\)/),
    });
  });
});

it("what has a name of the workflow already passes as it is", () => {
  const error = new TaskError("mediaMissing", "no picture");
  expect(fromAwsError(error, "Reading")).toBe(error);
});
