/**
 * The facts of the system, whoever sets it up: SST, CloudFormation or the sandbox. Nothing here imports
 * anything, so that each of them can read it.
 */

export interface FunctionBlueprint {
  /** Folder of the bundle in dist/functions and last part of the deployed name. */
  name: string;
  /** Placeholder in workflow.asl.json, without `${` and `}`; absent where the state machine does not call it. */
  placeholder?: string;
  /** Names of the environment; see docs/operations.md. */
  environment: readonly EnvironmentName[];
  timeoutSeconds: number;
  /** Megabytes. */
  memory: number;
}

export type EnvironmentName =
  | "DB_TABLE_NAME"
  | "S3_BUCKET_NAME"
  | "X_CREDENTIALS_PARAMETER"
  | "X_API_URL"
  | "SCHEDULE_NAME"
  | "SCHEDULE_GROUP_NAME"
  | "ALERTS_TOPIC_ARN"
  | "MAX_POSTS_PER_DAY";

const xApi = ["X_CREDENTIALS_PARAMETER", "X_API_URL"] as const;
const schedule = ["SCHEDULE_NAME", "SCHEDULE_GROUP_NAME"] as const;

/**
 * A Lambda ends a little before the `TimeoutSeconds` of its state: then the state machine sees the Lambda's
 * own error, and no second try starts while the first is still at work.
 */
export const functions: readonly FunctionBlueprint[] = [
  {
    name: "select-square",
    placeholder: "SelectSquareArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "fetch-media",
    placeholder: "FetchMediaArn",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME", ...xApi],
    timeoutSeconds: 55,
    // The picture is held once as it came and once as it is sent.
    memory: 1024,
  },
  {
    name: "tweet",
    placeholder: "TweetArn",
    environment: ["DB_TABLE_NAME", ...xApi, "MAX_POSTS_PER_DAY"],
    timeoutSeconds: 35,
    memory: 512,
  },
  {
    name: "reconcile",
    placeholder: "ReconcileArn",
    environment: ["DB_TABLE_NAME", ...xApi],
    timeoutSeconds: 35,
    memory: 512,
  },
  {
    name: "mark-posted",
    placeholder: "MarkPostedArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "check-stock",
    placeholder: "CheckStockArn",
    environment: ["DB_TABLE_NAME", ...schedule],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "disable-schedule",
    placeholder: "DisableScheduleArn",
    environment: ["DB_TABLE_NAME", ...schedule],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "release-square",
    placeholder: "ReleaseSquareArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "hold-for-review",
    placeholder: "HoldForReviewArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
  },
  {
    name: "notify",
    placeholder: "NotifyArn",
    environment: ["ALERTS_TOPIC_ARN"],
    timeoutSeconds: 25,
    memory: 256,
  },
  {
    // Invoked by the rule below. Its role must be allowed to list the bucket: without, S3 says of a file that
    // another delivery has dealt with that it is denied.
    name: "ingest",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME", ...schedule],
    timeoutSeconds: 120,
    memory: 2048,
  },
];

/** The events of EventBridge that invoke `ingest`; the bucket's own name is added as `detail.bucket.name`. */
export const inboxEvents = {
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: { object: { key: [{ prefix: "inbox/" }] } },
} as const;

export const stateMachineName = "post-square";

export const table = {
  key: "id",
  timeToLive: "ttl",
  index: { name: "byStatus", hash: "status", range: "sortKey" },
} as const;

export const scheduleDefaults = {
  expression: "cron(0 18 * * ? *)",
  timeZone: "UTC",
  /** EventBridge replaces the angle brackets with the time of the slot, however late it delivers. */
  input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
} as const;
