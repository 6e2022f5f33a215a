/// <reference path="../.sst/platform/config.d.ts" />
import { blueskyParameter, stateMachineName, table } from "./blueprint.ts";
import type { Credentials } from "./credentials.ts";
import type { FunctionBlueprint } from "./function-blueprint.ts";
import { type ResourceName, rowCondition } from "./grants.ts";
import { arnHere, deployedName, globalName, logGroupName, parameterName, scheduleGroup } from "./names.ts";
import type { Storage } from "./storage.ts";

interface Granting {
  storage: Storage;
  credentials: Credentials;
  alerts: sst.aws.SnsTopic;
  deadLetters: sst.aws.Queue | undefined;
}

/** Known before the role is there, so that those who may pass it on can be told so. */
export const scheduleRoleName = () => globalName("schedule");

const scheduleRoleArn = () => {
  const { accountId } = aws.getCallerIdentityOutput();
  const { partition } = aws.getPartitionOutput();
  return $interpolate`arn:${partition}:iam::${accountId}:role/${scheduleRoleName()}`;
};

/** All that one function may do, and nothing beyond; SST's own `link` would grant whole services. */
export function permissionsOf(
  { name, permissions, deadLetters }: FunctionBlueprint,
  { storage, credentials, alerts, ...granting }: Granting,
) {
  const { arn } = storage.bucket;
  const below = (prefix: string) => $interpolate`${arn}/${prefix}/*`;
  const machine = deployedName(stateMachineName);
  const arns: Record<ResourceName, () => $util.Input<string>> = {
    table: () => storage.table.arn,
    index: () => $interpolate`${storage.table.arn}/index/${table.index.name}`,
    bucket: () => arn,
    objects: () => $interpolate`${arn}/*`,
    originals: () => below("originals"),
    squares: () => below("squares"),
    thumbnails: () => below("thumbnails"),
    inbox: () => below("inbox"),
    refused: () => below("refused"),
    schedule: () => arnHere("scheduler", `schedule/${scheduleGroup}/${machine}`),
    "schedule-role": scheduleRoleArn,
    credentials: () => credentials.arn,
    "bluesky-credentials": () => arnHere("ssm", `parameter${parameterName(blueskyParameter)}`),
    alerts: () => alerts.arn,
    "state-machine": () => arnHere("states", `stateMachine:${machine}`),
    executions: () => arnHere("states", `execution:${machine}:*`),
    "crop-square": () => arnHere("lambda", `function:${deployedName("crop-square")}`),
    "ask-x": () => arnHere("lambda", `function:${deployedName("ask-x")}`),
  };
  return [
    ...permissions.map(({ actions, on, effect, rows }) => ({
      effect: effect ?? ("allow" as const),
      actions: [...actions],
      resources: on.map((of) => arns[of]()),
      ...(rows && { conditions: [{ ...rowCondition, values: [...rows] }] }),
    })),
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [arnHere("logs", `log-group:${logGroupName(name)}:*`)],
    },
    ...(deadLetters && granting.deadLetters
      ? [{ actions: ["sqs:SendMessage"], resources: [granting.deadLetters.arn] }]
      : []),
  ];
}
