import { functions, table } from "@twobytwo/stacks/blueprint";
import type { Permission, ResourceName } from "@twobytwo/stacks/grants";
import type { Call, Fault, Intercept, Row } from "./emulator.ts";
import { functionName } from "./lambdas.ts";
import { names, stateMachineArn } from "./names.ts";

/** One action that IAM asks for before a call takes effect, on a resource in the words of the emulators. */
export interface Need {
  /** For example `dynamodb:GetItem`. */
  action: string;
  resource: string;
  /** Keys of the rows that are named: `dynamodb:LeadingKeys` of IAM. */
  keys: readonly string[];
}

/** The role that the schedule is given back with at every change of it. */
const scheduleRole = "role/schedule";

/**
 * What IAM asks for: of a transaction the action of each of its parts, of a batch its action on each table, and of a
 * change of the schedule the right to pass on its role. X and Bluesky are no services of AWS, and ask for nothing.
 */
export function needsOf({ service, operation, resource = "", rows, parts }: Call): Need[] {
  if (service === "x" || service === "bluesky") return [];
  const need = (name: string, of: string, named: readonly Row[] = []): Need => ({
    action: `${service}:${name}`,
    resource: of,
    keys: leadingKeys(named),
  });
  if (parts !== undefined) return parts.map((part) => need(part.operation, part.resource, part.rows));
  if (service === "dynamodb") return resource.split(",").map((of) => need(operation, of, rows));
  const changesSchedule = service === "scheduler" && /^(Create|Update)Schedule$/.test(operation);
  const passed: Need = { action: "iam:PassRole", resource: scheduleRole, keys: [] };
  return [need(operation, resource), ...(changesSchedule ? [passed] : [])];
}

/** Of rows of a table whose key is the blueprint's; whoever deploys the same names its tables otherwise. */
const leadingKeys = (rows: readonly Row[]): string[] =>
  rows.flatMap((row) => (row[table.key] as { S?: string } | undefined)?.S ?? []);

const below = (prefix: string) => (resource: string) => resource.startsWith(`${names.bucket}/${prefix}`);
const exactly = (name: string) => (resource: string) => resource === name;
const executions = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:`;

/** Whether a resource of an emulator is what the blueprint calls so. */
const isOf: Record<ResourceName, (resource: string) => boolean> = {
  table: exactly(names.table),
  index: exactly(`${names.table}/index/${table.index.name}`),
  bucket: exactly(names.bucket),
  objects: below(""),
  originals: below("originals/"),
  squares: below("squares/"),
  thumbnails: below("thumbnails/"),
  inbox: below("inbox/"),
  refused: below("refused/"),
  schedule: exactly(`default/${names.schedule}`),
  "schedule-role": exactly(scheduleRole),
  credentials: exactly(names.credentials),
  "bluesky-credentials": exactly(names.blueskyCredentials),
  alerts: exactly(names.topic),
  "state-machine": exactly(stateMachineArn),
  executions: (resource) => resource.startsWith(executions),
  "crop-square": exactly(functionName("crop-square")),
  "ask-x": exactly(functionName("ask-x")),
};

/** The action and the resource, as the blueprint names them, that cover a need; several where they overlap. */
export function coveredBy(
  permissions: readonly Permission[],
  { action, resource }: Need,
): { action: string; on: ResourceName }[] {
  return permissions
    .filter(({ actions, effect }) => actions.includes(action) && effect !== "deny")
    .flatMap(({ on }) => on.filter((name) => isOf[name](resource)).map((name) => ({ action, on: name })));
}

/** Whether a need is refused whatever covers it. */
export const isDenied = (permissions: readonly Permission[], { action, resource, keys }: Need): boolean =>
  permissions.some(
    ({ actions, on, effect, rows }) =>
      effect === "deny" &&
      actions.includes(action) &&
      on.some((name) => isOf[name](resource)) &&
      (rows === undefined || keys.some((key) => rows.some((pattern) => isLike(pattern, key)))),
  );

/** IAM's `StringLike`: `*` stands for any text, `?` for one character. */
export const isLike = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);

const permissionsOf = new Map(functions.map(({ name, permissions }) => [name, permissions]));

/**
 * Refuses, as AWS does, what the role of the calling function does not grant. Functions sign with their own names; who
 * else calls is the owner of the machine, and may do everything.
 */
export function underPolicies(intercept: Intercept = () => undefined): Intercept {
  return async (call) => {
    const fault = await intercept(call);
    if (fault !== undefined) return fault;
    const permissions = permissionsOf.get(call.accessKeyId ?? "");
    if (permissions === undefined) return undefined;
    const missing = needsOf(call).find(
      (need) => coveredBy(permissions, need).length === 0 || isDenied(permissions, need),
    );
    return missing && denied(call, missing, isDenied(permissions, missing));
  };
}

/** As each service says it. */
const codes: Partial<Record<Call["service"], readonly [status: number, code: string]>> = {
  s3: [403, "AccessDenied"],
  sns: [403, "AuthorizationError"],
  scheduler: [403, "AccessDeniedException"],
  lambda: [403, "AccessDeniedException"],
};

function denied({ service, accessKeyId }: Call, { action, resource }: Need, isExplicit: boolean): Fault {
  const [status, code] = codes[service] ?? [400, "AccessDeniedException"];
  const why = isExplicit
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${action} action`;
  const message = `The function ${accessKeyId} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return { kind: "refuse", status, code, message };
}
