import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { leadingKeys } from "@twobytwo/sandbox/permissions";
import { type Account, accountId, region } from "./account.ts";
import { allows } from "./policy.ts";

interface Requirement {
  action: string;
  arn: string;
  keys?: string[];
}

/** What IAM would have to allow for a call to pass. */
function requirements({ service, operation, resource = "", rows = [] }: Call): Requirement[] {
  const here = (rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const action = `${service}:${operation}`;
  switch (service) {
    case "dynamodb":
      return resource.split(",").map((name) => ({ action, arn: here(`table/${name}`), keys: leadingKeys(rows) }));
    case "s3":
      return [{ action, arn: `arn:aws:s3:::${resource}` }];
    case "ssm":
      return [{ action, arn: here(`parameter/${resource.replace(/^\//, "")}`) }];
    case "scheduler":
      return [{ action, arn: here(`schedule/${resource}`) }];
    case "lambda":
      return [{ action, arn: here(`function:${resource}`) }];
    case "sns":
      return [{ action, arn: here(resource) }];
    default:
      return [{ action, arn: resource }];
  }
}

/** Refuses what the role of the calling function does not allow, as AWS would. Who deploys may do everything. */
export function authorize(account: Account, call: Call): Fault | undefined {
  const role = [...account.roles.values()].find(({ arn }) => arn.endsWith(`role/${call.accessKeyId}`));
  if (role === undefined || call.service === "x") return undefined;
  const needed = (call.parts ?? [call]).flatMap((part) => requirements({ ...call, ...part }));
  const missing = needed.find(({ action, arn, keys }) => !allows(role.statements, action, arn, keys));
  if (missing === undefined) return undefined;
  const message = `User: ${role.arn} is not authorized to perform: ${missing.action} on resource: ${missing.arn}`;
  account.denied.push(message);
  return {
    kind: "refuse",
    status: call.service === "s3" ? 403 : 400,
    code: call.service === "s3" ? "AccessDenied" : "AccessDeniedException",
    message,
  };
}
