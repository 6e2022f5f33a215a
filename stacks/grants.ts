/** What a role can grant or refuse, and the grants that several functions share. Nothing here imports anything. */

/**
 * What a permission can be about. `objects` is every object of the bucket, and the five after it are the
 * objects below that prefix; `table` and `index` are two ARNs, `executions` are those of the state machine.
 */
export type ResourceName =
  | "table"
  | "index"
  | "bucket"
  | "objects"
  | "originals"
  | "squares"
  | "thumbnails"
  | "inbox"
  | "refused"
  | "schedule"
  | "schedule-role"
  | "credentials"
  | "bluesky-credentials"
  | "alerts"
  | "state-machine"
  | "executions"
  | "crop-square"
  | "ask-x";

export interface Permission {
  /** As IAM names them, for example `dynamodb:GetItem`. A transaction needs the action of each of its parts. */
  actions: readonly string[];
  on: readonly ResourceName[];
  /** Refused, whatever else is granted. */
  effect?: "deny";
  /** Of the table, only of rows whose keys are like one of these; `*` stands for any text. */
  rows?: readonly string[];
}

/**
 * The rows that decide who may come in: devices, what makes them and what they are known by, counters of attempts, and the
 * key that signs. A row of another kind that decides it belongs here; `tests/infra/least-privilege.slow.test.ts` asks of
 * every kind that a function writes.
 */
export const accessRows = ["#device*", "#session*", "#invite*", "#challenge*", "#web-key*"] as const;

/** Every action that writes or deletes a row. */
const writing = [
  ...["BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"],
  ...["PartiQLDelete", "PartiQLInsert", "PartiQLUpdate"],
].map((operation) => `dynamodb:${operation}`);

/**
 * A refusal and not a grant of all other rows: IAM takes a condition on "all keys" for true where a request names none, and
 * a refusal of "any key" holds whether IAM looks at a transaction part by part or as a whole. docs/decisions/access-rows.md
 */
const noAccess: Permission = { effect: "deny", actions: writing, on: ["table"], rows: accessRows };

/** What is granted, without the rows of access where rows of the table can be written. */
export const withoutAccess = (permissions: readonly Permission[]): readonly Permission[] =>
  permissions.some(({ actions, on }) => on.includes("table") && actions.some((action) => writing.includes(action)))
    ? [...permissions, noAccess]
    : permissions;

/** IAM's condition on the rows of a permission, in the words of a policy. */
export const rowCondition = { test: "ForAnyValue:StringLike", variable: "dynamodb:LeadingKeys" } as const;

export const rows = (...operations: string[]): Permission => ({
  actions: operations.map((operation) => `dynamodb:${operation}`),
  on: ["table"],
});
export const queue: Permission = { actions: ["dynamodb:Query"], on: ["index"] };
export const xKeys: Permission = { actions: ["ssm:GetParameter"], on: ["credentials"] };
export const blueskyPassword: Permission = { actions: ["ssm:GetParameter"], on: ["bluesky-credentials"] };
/** UpdateSchedule replaces the whole schedule, its target's role included. */
export const changesSchedule: readonly Permission[] = [
  { actions: ["scheduler:GetSchedule", "scheduler:UpdateSchedule"], on: ["schedule"] },
  { actions: ["iam:PassRole"], on: ["schedule-role"] },
];
