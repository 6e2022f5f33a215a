/** What a role can grant, and the grants that several functions share. Nothing here imports anything. */

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
  | "alerts"
  | "state-machine"
  | "executions";

export interface Permission {
  /** As IAM names them, for example `dynamodb:GetItem`. A transaction needs the action of each of its parts. */
  actions: readonly string[];
  on: readonly ResourceName[];
}

export const rows = (...operations: string[]): Permission => ({
  actions: operations.map((operation) => `dynamodb:${operation}`),
  on: ["table"],
});
export const queue: Permission = { actions: ["dynamodb:Query"], on: ["index"] };
export const xKeys: Permission = { actions: ["ssm:GetParameter"], on: ["credentials"] };
/** UpdateSchedule replaces the whole schedule, its target's role included. */
export const changesSchedule: readonly Permission[] = [
  { actions: ["scheduler:GetSchedule", "scheduler:UpdateSchedule"], on: ["schedule"] },
  { actions: ["iam:PassRole"], on: ["schedule-role"] },
];
