import { blueskyParameter, table } from "./blueprint.ts";
import { changesSchedule, type Permission, queue, type ResourceName, rows } from "./grants.ts";

/** All that `2x2 --stage` does; `tests/infra/use-policy.slow.test.ts` compares it with what every verb does in the sandbox. */
export const usePermissions: readonly Permission[] = [
  rows("DescribeTable", "GetItem", "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem", "Scan"),
  queue,
  { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], on: ["objects"] },
  { actions: ["s3:ListBucket"], on: ["bucket"] },
  { actions: ["states:DescribeStateMachine", "states:StartExecution", "states:ListExecutions"], on: ["state-machine"] },
  { actions: ["states:DescribeExecution", "states:GetExecutionHistory"], on: ["executions"] },
  { actions: ["ssm:GetParameter", "ssm:PutParameter"], on: ["credentials"] },
  { actions: ["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"], on: ["bluesky-credentials"] },
  ...changesSchedule,
];

/** What the names of the blueprint are like in every account, region and stage, whichever way it was deployed. */
export const usePatterns: Partial<Record<ResourceName, string>> = {
  table: "arn:aws:dynamodb:*:*:table/twobytwo-*",
  index: `arn:aws:dynamodb:*:*:table/twobytwo-*/index/${table.index.name}`,
  // The bucket of the code, twobytwo-code-…, is another one.
  bucket: "arn:aws:s3:::twobytwo-*-pictures*",
  objects: "arn:aws:s3:::twobytwo-*-pictures*/*",
  schedule: "arn:aws:scheduler:*:*:schedule/default/twobytwo-*",
  "schedule-role": "arn:aws:iam::*:role/twobytwo-*",
  // The outputs of a stage, where the command finds it, stand beside the keys.
  credentials: "arn:aws:ssm:*:*:parameter/twobytwo/*",
  "bluesky-credentials": `arn:aws:ssm:*:*:parameter/twobytwo/*/${blueskyParameter}`,
  "state-machine": "arn:aws:states:*:*:stateMachine:twobytwo-*",
  executions: "arn:aws:states:*:*:execution:twobytwo-*",
};
