import { dirname } from "node:path";

/** One function as it is deployed. */
export interface LambdaFunction {
  name: string;
  /** Path of the built `index.mjs`, which exports `handler`. */
  bundle: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Containers that are kept warm, where it is another number than the runtime's. */
  maxIdle?: number;
}

export interface Account {
  region: string;
  accountId: string;
}

/** All that a function finds in `process.env`: what it was given, and what Lambda sets by itself. */
export function environmentOf(lambda: LambdaFunction, account: Account): Record<string, string> {
  return {
    ...lambda.environment,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    LAMBDA_TASK_ROOT: dirname(lambda.bundle),
    _HANDLER: "index.handler",
    TZ: ":UTC",
  };
}

/** The context object but for what only the container can know, the time that is left. */
export function contextOf(lambda: LambdaFunction, account: Account, requestId: string): Record<string, string> {
  return {
    functionName: lambda.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn(lambda.name, account),
    memoryLimitInMB: String(lambda.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: "sandbox",
  };
}

function functionArn(name: string, account: Account): string {
  return `arn:aws:lambda:${account.region}:${account.accountId}:function:${name}`;
}

/** @param nameOrArn With or without a qualifier, for example `tweet`, `tweet:$LATEST` or a whole ARN. */
export function functionName(nameOrArn: string): string {
  const arn = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn);
  return arn?.[1] ?? nameOrArn.replace(/:.*$/, "");
}
