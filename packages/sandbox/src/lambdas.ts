import path from "node:path";
import { functions } from "@twobytwo/stacks/blueprint";
import type { EnvironmentName } from "@twobytwo/stacks/function-blueprint";
import type { LambdaFunction } from "./lambda/runtime.ts";
import { account, type Endpoints, names, region, stateMachineArn, topicArn } from "./names.ts";

export interface SandboxEndpoints extends Endpoints {
  /** The web app, the address of the function `web`. */
  web: string;
}

export const functionName = (name: string) => `twobytwo-sandbox-${name}`;

export const functionArn = (name: string) => `arn:aws:lambda:${region}:${account}:function:${functionName(name)}`;

/** The addresses as the AWS SDK, and the AWS CLI, read them. */
export function endpointEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoints.aws,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
  };
}

/** For tests: the environment of one function, as somebody deployed it wrongly. */
export type ChangeEnvironment = (name: string, environment: Record<string, string>) => Record<string, string>;

/** The functions of the blueprint as they would be deployed, with the built bundles in `folder`. */
export function lambdas(
  folder: string,
  { endpoints, secretAccessKey }: { endpoints: Endpoints; secretAccessKey: string },
  change: ChangeEnvironment = (_, environment) => environment,
): LambdaFunction[] {
  const values: Record<EnvironmentName, string> = {
    DB_TABLE_NAME: names.table,
    S3_BUCKET_NAME: names.bucket,
    X_CREDENTIALS_PARAMETER: names.credentials,
    X_API_URL: endpoints.x,
    BLUESKY_CREDENTIALS_PARAMETER: names.blueskyCredentials,
    SCHEDULE_NAME: names.schedule,
    SCHEDULE_GROUP_NAME: "default",
    ALERTS_TOPIC_ARN: topicArn,
    MAX_POSTS_PER_DAY: "1440",
    STATE_MACHINE_ARN: stateMachineArn,
    STAGE: "sandbox",
    CROP_SQUARE_FUNCTION: functionName("crop-square"),
    ASK_X_FUNCTION: functionName("ask-x"),
    // The address of its function.
    WEB_ORIGIN: "",
    WEB_VIEWER_HEADER: "",
    QUEUE_ORDER: "oldest",
  };
  return functions.map(({ name, environment, timeoutSeconds, memory, url }) => ({
    name: functionName(name),
    bundle: path.join(folder, name, "index.mjs"),
    environment: change(name, {
      ...Object.fromEntries(environment.map((key) => [key, values[key]])),
      ...endpointEnvironment(endpoints),
      // Each function signs as itself, so that an emulator sees who calls.
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    timeoutSeconds,
    memoryMb: memory,
    // A browser asks for several things at once, and a person waits for them.
    ...(url && { maxIdle: 6 }),
  }));
}

/** What stands for the placeholders of workflow.asl.json. */
export function placeholders(): Record<string, string> {
  return Object.fromEntries(
    functions.flatMap(({ name, placeholder }) => (placeholder === undefined ? [] : [[placeholder, functionArn(name)]])),
  );
}
