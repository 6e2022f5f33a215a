import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

import { errorOf, fixtures, payloadOf, runtimeOf } from "./runtime-fixture.ts";

afterEach(() => vi.unstubAllEnvs());

describe("what a function sees", () => {
  it("gets its own environment and nothing of the sandbox's", async () => {
    const given = {
      DB_TABLE_NAME: "squares",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "probe",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      LAMBDA_TASK_ROOT: fixtures,
      _HANDLER: "index.handler",
      TZ: ":UTC",
    };
    vi.stubEnv("SECRET_OF_THE_HOST", "hunter2");
    vi.stubEnv("NODE_OPTIONS", "--no-deprecation");
    const answer = payloadOf(await runtimeOf().invoke("probe", { do: "environment" })) as {
      environment: Record<string, string>;
      argv: string[];
    };
    expect(answer.argv).toEqual([]);
    expect(Object.keys(answer.environment)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/SECRET_OF_THE_HOST|NODE_OPTIONS|NODE_CHANNEL/)]),
    );
    // Windows gives every process what its system libraries need.
    const expected = process.platform === "win32" ? expect.objectContaining(given) : given;
    expect(answer.environment).toEqual(expected);
  });

  it.runIf(process.platform === "linux")(
    "finds nothing of the sandbox's environment in its own /proc entry",
    async () => {
      vi.stubEnv("SECRET_OF_THE_HOST", "hunter2");
      const environment = payloadOf(await runtimeOf().invoke("probe", { do: "own-environment" }));
      expect(environment).toContain("DB_TABLE_NAME=squares");
      expect(environment).not.toContain("HOME=");
      expect(environment).not.toContain("hunter2");
    },
  );

  it("lives in UTC, wherever the sandbox lives", async () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(payloadOf(await runtimeOf().invoke("probe", { do: "clock" }))).toEqual({ zone: "UTC", offset: 0 });
  });

  it("gets Lambda's context, with the request id that the caller gets", async () => {
    const result = await runtimeOf({ randomUuid: () => "id-1" }).invoke("probe", { do: "context" });
    expect(result.requestId).toBe("id-1");
    const { remaining, ...context } = payloadOf(result) as Record<string, unknown>;
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(20_000);
    expect(context).toEqual({
      functionName: "probe",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:probe",
      memoryLimitInMB: "128",
      awsRequestId: "id-1",
      logGroupName: "/aws/lambda/probe",
      logStreamName: "sandbox",
      callbackWaitsForEmptyEventLoop: true,
    });
  });

  it("runs on the Node binary that is asked for", async () => {
    expect(payloadOf(await runtimeOf({ nodePath: process.execPath }).invoke("probe", { do: "node" }))).toEqual({
      version: process.version,
      path: process.execPath,
    });
    const broken = await runtimeOf({ nodePath: join(fixtures, "no-such-node") }).invoke("probe", {});
    expect(errorOf(broken)).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("ENOENT"),
    });
  });
});

describe("answers", () => {
  it("turns nothing into null, in and out", async () => {
    const runtime = runtimeOf();
    expect(payloadOf(await runtime.invoke("probe", { do: "nothing" }))).toBeNull();
    expect(payloadOf(await runtime.invoke("probe", undefined))).toMatchObject({ event: null });
  });

  it("refuses what is not JSON", async () => {
    expect(errorOf(await runtimeOf().invoke("probe", { do: "circle" }))).toMatchObject({
      errorType: "Runtime.MarshalError",
      errorMessage: expect.stringContaining("Unable to stringify response body"),
    });
  });

  it("refuses an event and an answer over 6 MB", async () => {
    const runtime = runtimeOf();
    await expect(runtime.invoke("probe", "x".repeat(6_291_456))).rejects.toMatchObject({
      name: "RequestTooLargeException",
      message: expect.stringContaining("6291458"),
    });
    expect(errorOf(await runtime.invoke("probe", { do: "large", length: 6_291_556 }))).toMatchObject({
      errorType: "Function.ResponseSizeTooLarge",
    });
    expect(payloadOf(await runtime.invoke("probe", { do: "large", length: 6_291_554 }))).toHaveLength(6_291_554);
  });

  it("refuses a function that is not there and names those that are", async () => {
    await expect(runtimeOf().invoke("prob", {})).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: expect.stringContaining("The sandbox runs: probe."),
    });
  });

  it("takes a name, a qualified name and an ARN", async () => {
    const runtime = runtimeOf();
    for (const name of ["probe", "probe:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:probe:live"])
      expect(payloadOf(await runtime.invoke(name, name))).toMatchObject({ event: name });
  });

  // docs.aws.amazon.com/lambda, "Log and monitor Node.js Lambda functions": in the log format JSON, an object stays one.
  it("passes on what the function prints, and an object as one line of JSON", async () => {
    const said: string[] = [];
    const heard = new Promise<void>((resolve) => {
      const runtime = runtimeOf({
        onLog: ({ functionName, text }) => {
          if (said.push(`${functionName}: ${text}`) === 3) resolve();
        },
      });
      void runtime.invoke("probe", { do: "say" });
    });
    await heard;
    expect(said.sort()).toEqual([
      "probe: said on stderr",
      "probe: said on stdout",
      'probe: {"step":"Tweet","nested":{"ms":7},"message":"two\\nlines"}',
    ]);
  });
});
