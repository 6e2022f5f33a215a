import type { Call } from "@twobytwo/sandbox/emulator";
import { isLike } from "@twobytwo/sandbox/permissions";

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Whether one of the statements, none of which refuses, covers an action on an ARN; conditions are not looked at. */
export const allows = (statements: readonly Statement[], action: string, arn: string): boolean =>
  statements.some(
    ({ Action, Resource }) =>
      Action.some((pattern) => isLike(pattern, action)) && Resource.some((pattern) => isLike(pattern, arn)),
  );

const here = "us-east-1:000000000000";
const arns: Partial<Record<Call["service"], (resource: string) => string>> = {
  cloudformation: () => `arn:aws:cloudformation:${here}:stack/twobytwo-rehearsal/0`,
  dynamodb: (of) => `arn:aws:dynamodb:${here}:table/${of}`,
  s3: (of) => `arn:aws:s3:::${of}`,
  scheduler: (of) => `arn:aws:scheduler:${here}:schedule/${of}`,
  sns: (of) => `arn:aws:sns:${here}:${of}`,
  ssm: (of) => `arn:aws:ssm:${here}:parameter${of}`,
};

/** What IAM asks for before a call that is no transaction. */
export function neededFor(call: Call): { action: string; arn: string } {
  const { service, operation, resource = "", parts } = call;
  // Cloud Control's actions are those of CloudFormation, and the stand-in of Lambda's settings knows its calls by their paths.
  if (service === "cloudcontrolapi") return { action: `cloudformation:${operation}`, arn: "*" };
  if (operation.endsWith("/account-settings")) return { action: "lambda:GetAccountSettings", arn: "*" };
  const [, name] = /\/functions\/([^/]+)\/concurrency$/.exec(operation) ?? [];
  if (name !== undefined)
    return { action: "lambda:GetFunctionConcurrency", arn: `arn:aws:lambda:${here}:function:${name}` };
  const [first] = parts ?? [{ operation, resource }];
  return { action: `${service}:${first?.operation}`, arn: arns[service]?.(first?.resource ?? "") ?? resource };
}
