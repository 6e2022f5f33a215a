import { dirname } from "node:path";
import { account, region } from "../names.ts";

export interface LambdaFunction {
  name: string;
  /** Path of the built `index.mjs`, which exports `handler`. */
  bundle: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Containers that are kept warm, where it is another number than 2. */
  maxIdle?: number;
}

/** All that a function finds in `process.env`: what it was given, and what Lambda sets by itself. */
export function environmentOf(lambda: LambdaFunction): Record<string, string> {
  return {
    ...lambda.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    LAMBDA_TASK_ROOT: dirname(lambda.bundle),
    _HANDLER: "index.handler",
    TZ: ":UTC",
  };
}

/** The context object but for what only the container can know, the time that is left. */
export function contextOf(lambda: LambdaFunction, requestId: string): Record<string, string> {
  return {
    functionName: lambda.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${lambda.name}`,
    memoryLimitInMB: String(lambda.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: "sandbox",
  };
}

/** @param nameOrArn With or without a qualifier, for example `tweet`, `tweet:$LATEST` or a whole ARN. */
export function functionName(nameOrArn: string): string {
  const arn = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn);
  return arn?.[1] ?? nameOrArn.replace(/:.*$/, "");
}
