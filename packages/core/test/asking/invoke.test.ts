import { LambdaClient } from "@aws-sdk/client-lambda";
import { invoke } from "@twobytwo/core/asking/invoke";
import { errorName } from "@twobytwo/core/errors";
import { AwsError } from "@twobytwo/sandbox/aws-error";
import { startAwsServer } from "@twobytwo/sandbox/aws-http";
import type { Fault } from "@twobytwo/sandbox/emulator";
import type { InvokeResult } from "@twobytwo/sandbox/lambda/runtime";
import { lambdaService } from "@twobytwo/sandbox/lambda/service";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";
import { describe, expect, it, onTestFinished } from "vitest";

type Said = { payload: unknown } | { error: { errorType: string; errorMessage: string } };

/** A function that answers so; `faults` are what goes wrong with one call after the other. */
async function asked(answer: () => Said | Promise<Said>, faults: (Fault | undefined)[] = [], requestTimeout = 5_000) {
  let invoked = 0;
  const service = lambdaService({
    async invoke() {
      invoked += 1;
      const said = await answer();
      return { requestId: "1", durationMs: 1, ...said } as InvokeResult;
    },
  });
  const server = await startAwsServer({ credentials, services: [service], intercept: () => faults.shift() });
  const client = new LambdaClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const ask = (changes = true) => invoke({ client, name: "ask-x" }, { act: "look" }, { doing: "Looking", changes });
  return { ask, invoked: () => invoked };
}

const throwing = (errorType: string, errorMessage: string) => () => ({ error: { errorType, errorMessage } });

describe("a function that is asked", () => {
  it("gives its answer", async () => {
    const { ask } = await asked(() => ({ payload: { outcome: "found", tweetId: "1" } }));
    expect(await ask()).toEqual({ outcome: "found", tweetId: "1" });
  });

  it.each(Object.values(errorName))("throws %s by its name and in its words", async (name) => {
    const { ask } = await asked(throwing(name, "X has its own words."));
    await expect(ask()).rejects.toMatchObject({ name, message: "X has its own words." });
  });

  it.each([
    ["Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 26.00 seconds"],
    ["", "2026-11-28T18:00:00.000Z 1 Task timed out after 26.00 seconds"],
  ])(
    "that is out of time (%s) is said to have taken too long, and what it changes may be done",
    async (type, words) => {
      const { ask } = await asked(throwing(type, words));
      await expect(ask()).rejects.toMatchObject({
        name: "UnknownOutcome",
        message:
          "Looking took too long to be waited for, and may have been done all the same: look again before you repeat it.",
      });
      await expect(ask(false)).rejects.toMatchObject({
        name: "UnknownOutcome",
        message: "Looking took too long to be waited for: try again in a minute.",
      });
    },
  );

  it("that has not answered when the caller has to is said to have taken too long", async () => {
    const { ask } = await asked(() => new Promise(() => {}), [], 50);
    await expect(ask()).rejects.toMatchObject({ name: "UnknownOutcome", message: expect.stringContaining("too long") });
  });

  it.each(["Runtime.ExitError", "Runtime.OutOfMemory"])(
    "that dies (%s) is said to have been broken off",
    async (type) => {
      const { ask } = await asked(throwing(type, "RequestId: 1 Error: Runtime exited with error: signal: killed"));
      await expect(ask()).rejects.toMatchObject({
        name: "UnknownOutcome",
        message: "Looking was broken off, and may have been done all the same: look again before you repeat it.",
      });
    },
  );

  it("that fails in a way that nobody foresaw keeps the name, and says whose log tells more", async () => {
    const { ask } = await asked(throwing("TypeError", "x is undefined"));
    await expect(ask()).rejects.toMatchObject({
      name: "TypeError",
      message: "The function ask-x failed (TypeError: x is undefined): see its log.",
    });
  });

  it("is asked once more where the answer was lost or never asked for, and no third time", async () => {
    const lost = await asked(() => ({ payload: "done" }), [{ kind: "lose-answer" }]);
    expect(await lost.ask()).toBe("done");
    expect(lost.invoked()).toBe(2);
    const cut = await asked(() => ({ payload: "done" }), [{ kind: "cut" }, { kind: "cut" }]);
    await expect(cut.ask()).rejects.toMatchObject({ name: "Retryable" });
    expect(cut.invoked()).toBe(0);
  });

  it("that is not there, may not be asked, or for which Lambda has no room, is told apart", async () => {
    const refused = (status: number, code: string): Fault => ({ kind: "refuse", status, code, message: "no" });
    const { ask, invoked } = await asked(() => {
      throw new AwsError("unreachable", "nobody gets here");
    }, [
      refused(404, "ResourceNotFoundException"),
      refused(403, "AccessDeniedException"),
      refused(429, "TooManyRequestsException"),
    ]);
    await expect(ask()).rejects.toMatchObject({ message: "There is no function ask-x: deploy this stage again." });
    await expect(ask()).rejects.toThrow("check the permissions of this function's role");
    await expect(ask()).rejects.toMatchObject({ name: "Retryable" });
    expect(invoked()).toBe(0);
  });
});
