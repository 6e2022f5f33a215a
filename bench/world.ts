import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Ports } from "@twobytwo/core/ports";
import { describeRun, type StepLine } from "@twobytwo/core/runs/history";
import { readCredentials } from "@twobytwo/core/x/credentials";
import type { Call } from "@twobytwo/sandbox/emulator";
import { createLambdaRuntime, type Invocation, type LambdaRuntime } from "@twobytwo/sandbox/lambda/runtime";
import type { Endpoints } from "@twobytwo/sandbox/names";
import { names } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, type SandboxOptions, startSandbox } from "@twobytwo/sandbox/sandbox";
import { bundleOptions, distFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";
import { build } from "esbuild";
import { type DynamoDbMeter, dynamoDbMeter } from "./network/dynamodb-meter.ts";
import { lines, shapedLine } from "./network/shape.ts";

export interface World {
  sandbox: Sandbox;
  ports: Ports;
  /** Between the functions and DynamoDB; only in a world that is metered. */
  meter: DynamoDbMeter | undefined;
  /** Posts the next square through the state machine. @throws where it was not posted. */
  post(): Promise<StepLine[]>;
  /** Posts one square as the first version did; `drawn` is the chance, from 0 up to but not 1. */
  postAsBaseline(drawn: number): Promise<void>;
  /** The next call of any function is a cold start. */
  cool(): Promise<void>;
  /** Milliseconds of `performance.now` at which the last tweet reached X. */
  tweetedAt(): number;
  /** Calls of all functions to all services since the last time it was asked. */
  takeCalls(): Call[];
  /** Invocations of all functions, the baseline's too, that have ended since the last time it was asked. */
  takeInvocations(): Invocation[];
  close(): Promise<void>;
}

/** The network between the functions and the services, or a meter before DynamoDB. */
export type Between = "shaped lines" | "meter";

/**
 * A sandbox of its own in which both orders of work find the same services behind the same network.
 *
 * @param options another Node for our functions, or another state machine
 */
export async function openWorld(
  between: Between,
  options: Pick<SandboxOptions, "lambdaNode" | "definition"> = {},
): Promise<World> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-bench-"));
  const closing: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 3 })];
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };
  const opened = async <T extends { close(): Promise<unknown> }>(starting: T | Promise<T>): Promise<T> => {
    const it = await starting;
    closing.unshift(() => it.close());
    return it;
  };
  const calls: Call[] = [];
  const invocations: Invocation[] = [];
  const onInvoked = (invocation: Invocation) => invocations.push(invocation);
  let tweetedAt = 0;
  const intercept = (call: Call) => {
    if (call.operation === "POST /2/tweets") tweetedAt = performance.now();
    // The sandbox and this process sign as `sandbox`.
    if (call.accessKeyId !== "sandbox") calls.push(call);
    return undefined;
  };
  try {
    let direct: Endpoints | undefined;
    let secretAccessKey = "";
    const target = (name: "dynamodb" | "s3" | "x") => () => direct?.[name] ?? "";
    const meter =
      between === "meter" ? await opened(dynamoDbMeter(target("dynamodb"), () => secretAccessKey)) : undefined;
    const line = async (name: keyof typeof lines) => (await opened(shapedLine(lines[name], target(name)))).url;
    const urls: Record<string, string> = meter
      ? { AWS_ENDPOINT_URL_DYNAMODB: meter.url }
      : {
          AWS_ENDPOINT_URL_DYNAMODB: await line("dynamodb"),
          AWS_ENDPOINT_URL_S3: await line("s3"),
          X_API_URL: await line("x"),
        };
    const through: Through = (environment) => ({
      ...environment,
      ...Object.fromEntries(Object.entries(urls).filter(([name]) => name in environment)),
    });
    const changeEnvironment = (_: string, environment: Record<string, string>) => through(environment);
    const sandbox = await opened(
      startSandbox({
        ...options,
        directory,
        bundles: distFunctions,
        intercept,
        changeEnvironment,
        onInvoked,
        freezes: true,
      }),
    );
    direct = sandbox.endpoints;
    secretAccessKey = sandbox.secretAccessKey;
    const baseline = await opened(await startBaseline(sandbox, { directory, through, onInvoked }));
    /** Its limits are not what is measured; and it would refuse the photograph as it comes from the phone. */
    const clearX = async () => {
      await sandbox.x.reset({ keepPosts: true });
      sandbox.x.configure({ largestPicture: 16 * 1024 * 1024 });
    };
    return {
      sandbox,
      ports: portsOf(sandbox.clients),
      meter,
      async post() {
        await clearX();
        const { executionArn, status, output, error, cause } = await sandbox.run({});
        if (status !== "SUCCEEDED" || JSON.parse(output ?? "{}").outcome !== "posted")
          throw new Error(`The run ended ${status}: ${error ?? output} ${cause ?? ""}`);
        return describeRun(sandbox.stepFunctions.history(executionArn));
      },
      async postAsBaseline(drawn) {
        await clearX();
        const answer = await baseline.invoke("post", { drawn });
        if ("error" in answer)
          throw new Error(`The baseline failed: ${answer.error.errorType}: ${answer.error.errorMessage}`);
      },
      async cool() {
        await Promise.all([sandbox.lambda.kill(), baseline.kill()]);
      },
      tweetedAt: () => tweetedAt,
      takeCalls: () => calls.splice(0),
      takeInvocations: () => invocations.splice(0),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The memory of the functions that post, in megabytes. */
const oneProcessor = 1_769;

type Through = (environment: Record<string, string>) => Record<string, string>;

async function startBaseline(
  { endpoints, clients, secretAccessKey }: Sandbox,
  {
    directory,
    through,
    onInvoked,
  }: { directory: string; through: Through; onInvoked: (invocation: Invocation) => void },
): Promise<LambdaRuntime> {
  const environment = through({
    ...(await readCredentials(clients.ssm, names.credentials)),
    DB_TABLE_NAME: names.table,
    S3_BUCKET_NAME: names.bucket,
    X_API_URL: endpoints.x,
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ACCESS_KEY_ID: "baseline",
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  // Bundled as our own functions were before they were made lean.
  const bundle = path.join(directory, "baseline", "index.mjs");
  const entry = path.join(root, "bench", "baseline", "post.ts");
  await build({ ...bundleOptions, entryPoints: [entry], outfile: bundle });
  return createLambdaRuntime({
    functions: [{ name: "post", bundle, environment, timeoutSeconds: 120, memoryMb: oneProcessor }],
    onInvoked,
    freezes: true,
  });
}
