import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLambdaRuntime, type LambdaRuntime } from "../../src/lambda/runtime.ts";
import { createMachine } from "../../src/stepfunctions/machine.ts";
import { definitionOf, lambdaArn, machineArn, type Ran, runMachine, task } from "./machine-fixture.ts";

const bundle = fileURLToPath(new URL("fixtures/step.mjs", import.meta.url));
let runtime: LambdaRuntime;
beforeEach(() => {
  const probe = { name: "probe", bundle, environment: {}, timeoutSeconds: 20, memoryMb: 128 };
  runtime = createLambdaRuntime({ functions: [probe, { ...probe, name: "hasty", timeoutSeconds: 0.2 }] });
});
afterEach(() => runtime.close());

const caught = (error: string) => ({
  Catch: [{ ErrorEquals: [error], ResultPath: "$.error", Next: "Caught" }],
  Next: "Done",
});

function run(fields: Record<string, unknown>, input: unknown): Promise<Ran> {
  const states = { A: task(fields), Done: { Type: "Succeed" }, Caught: { Type: "Succeed" } };
  const used = "Catch" in fields ? states : { A: task({ ...fields, Next: "Done" }), Done: { Type: "Succeed" } };
  const definition = definitionOf(used);
  const machine = createMachine({ definition, arn: machineArn, invoke: runtime.invoke, clock: Date.now, waitScale: 0 });
  return runMachine(machine, input);
}

describe("a state machine on real Lambdas", () => {
  it("carries payloads there and back", async () => {
    const ran = await run({ ResultSelector: { "answer.$": "$.Payload.got" } }, { a: [1, null, "ü"] });
    expect(ran.result).toEqual({ answer: { a: [1, null, "ü"] } });
  });

  it.each([
    ["Rejected", { do: "reject" }, "the account is suspended", lambdaArn],
    ["Runtime.ExitError", { do: "exit" }, "Runtime exited with error: exit status 1", lambdaArn],
    ["Sandbox.Timedout", { do: "hang" }, "Task timed out after 0.20 seconds", "hasty"],
  ])("catches %s by its name, with Lambda's words as the cause", async (error, input, message, functionName) => {
    const parameters = { FunctionName: functionName, "Payload.$": "$" };
    const { result } = await run({ Parameters: parameters, ...caught(error) }, input);
    const { Error: name, Cause: cause } = (result as { error: { Error: string; Cause: string } }).error;
    expect(name).toBe(error);
    expect(Object.keys(JSON.parse(cause))).toEqual(["errorType", "errorMessage", "trace"]);
    expect(JSON.parse(cause)).toMatchObject({ errorType: error, errorMessage: expect.stringContaining(message) });
  });

  it("reports a function that is not there as the service would", async () => {
    const parameters = { FunctionName: "nobody", Payload: {} };
    expect(await run({ Parameters: parameters }, {})).toMatchObject({
      status: "FAILED",
      error: "Lambda.ResourceNotFoundException",
    });
  });

  it("goes on at once from an Event, whatever becomes of it, but not where there is no such function", async () => {
    const event = (FunctionName: string) => ({
      Parameters: { FunctionName, InvocationType: "Event", "Payload.$": "$" },
      ResultPath: null,
      ...caught("Lambda.ResourceNotFoundException"),
    });
    for (const input of [{ do: "hang" }, { do: "reject" }, { do: "exit" }]) {
      const ran = await run(event("hasty"), input);
      expect([ran.status, ran.result]).toEqual(["SUCCEEDED", input]);
      expect(ran.history.find(({ type }) => type === "TaskSucceeded")?.taskSucceededEventDetails?.output).toContain(
        '"StatusCode":202',
      );
    }
    expect(await run(event("nobody"), {})).toMatchObject({
      result: { error: { Error: "Lambda.ResourceNotFoundException" } },
    });
  });

  it("tries again when the Lambda is killed in the middle of a call", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    let calls = 0;
    server.on("request", (_request, response) => {
      calls += 1;
      if (calls === 1) void runtime.kill("probe");
      else response.end("done");
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const retry = { Retry: [{ ErrorEquals: ["Runtime.ExitError"], MaxAttempts: 1 }] };
    const ran = await run({ ...retry, ResultSelector: { "said.$": "$.Payload" } }, { do: "fetch", url });
    expect(ran.result).toEqual({ said: "done" });
    expect(ran.history.find((event) => event.type === "TaskFailed")?.taskFailedEventDetails).toMatchObject({
      error: "Runtime.ExitError",
      cause: expect.stringContaining("signal: killed"),
    });
    server.closeAllConnections();
    server.close();
  });
});
