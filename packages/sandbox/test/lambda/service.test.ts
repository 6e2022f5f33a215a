import { InvokeCommand, type InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, it, onTestFinished } from "vitest";
import { startAwsServer } from "../../src/aws-http.ts";
import type { Call, Intercept } from "../../src/emulator.ts";
import { lambdaService } from "../../src/lambda/service.ts";
import { credentials, keys } from "../fixed-keys.ts";
import { probe, runtimeOf } from "./runtime-fixture.ts";

/** docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, by AWS's own client. */
async function serve(intercept?: Intercept) {
  const runtime = runtimeOf({
    randomUuid: () => "id-1",
    functions: [probe, { ...probe, name: "slow", timeoutSeconds: 1 }],
  });
  const server = await startAwsServer({
    credentials,
    services: [lambdaService(runtime)],
    ...(intercept && { intercept }),
  });
  const client = new LambdaClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return async (FunctionName: string, payload: unknown, more: Partial<InvokeCommandInput> = {}) => {
    const answer = await client.send(
      new InvokeCommand({ FunctionName, Payload: new TextEncoder().encode(JSON.stringify(payload)), ...more }),
    );
    return { ...answer, Payload: JSON.parse(new TextDecoder().decode(answer.Payload)) };
  };
}

describe("Invoke", () => {
  it("gives the function's answer, by its name and by its ARN", async () => {
    const invoke = await serve();
    const answer = await invoke("probe", { any: "thing" });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST", Payload: { event: { any: "thing" } } });
    expect(answer.FunctionError).toBeUndefined();
    const arn = "arn:aws:lambda:us-east-1:000000000000:function:probe";
    expect((await invoke(arn, {})).Payload).toMatchObject({ invocations: 2 });
    expect((await invoke("probe", {}, { Qualifier: "$LATEST" })).StatusCode).toBe(200);
  });

  it("answers 200 with what a function throws, and with its end", async () => {
    const invoke = await serve();
    expect(await invoke("probe", { do: "named-error" })).toMatchObject({
      StatusCode: 200,
      FunctionError: "Unhandled",
      Payload: { errorType: "Retryable", errorMessage: "the queue is busy" },
    });
    expect(await invoke("slow", { do: "hang" })).toMatchObject({
      FunctionError: "Unhandled",
      Payload: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringContaining("Task timed out after 1.00 seconds"),
      },
    });
    expect(await invoke("probe", { do: "exit", code: 3 })).toMatchObject({
      FunctionError: "Unhandled",
      Payload: { errorType: "Runtime.ExitError" },
    });
  });

  it("refuses what is not there, and what it does not do", async () => {
    const invoke = await serve();
    await expect(invoke("nobody", {})).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    for (const more of [{ InvocationType: "Event" }, { InvocationType: "DryRun" }, { Qualifier: "7" }] as const)
      await expect(invoke("probe", {}, more)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  it("shows who calls which function, before anything runs", async () => {
    const calls: Call[] = [];
    const invoke = await serve((call) => {
      calls.push(call);
      return { kind: "refuse", status: 403, code: "AccessDeniedException", message: "no" };
    });
    await expect(invoke("probe", {})).rejects.toMatchObject({ name: "AccessDeniedException", message: "no" });
    expect(calls).toEqual([
      { service: "lambda", operation: "InvokeFunction", accessKeyId: keys.accessKeyId, resource: "probe" },
    ]);
  });
});
