import type { Permission } from "./grants.ts";

/** What is said of each function; all of them stand in blueprint.ts. */
export interface FunctionBlueprint {
  /** Folder of the bundle in dist/functions and last part of the deployed name. */
  name: string;
  /** What it does, as the console says it. */
  description: string;
  /** Placeholder in workflow.asl.json, without `${` and `}`; absent where the state machine does not call it. */
  placeholder?: string;
  /** Names of the environment; see docs/operations.md. */
  environment: readonly EnvironmentName[];
  timeoutSeconds: number;
  /** Megabytes. */
  memory: number;
  /** All that its role grants, but for its own log group and its dead letters. */
  permissions: readonly Permission[];
  /** Decides who may come in: it alone may write the rows of devices, sessions and invites. */
  admits?: true;
  /** Has an HTTPS address of its own that everybody may call; who may do what is decided behind it. */
  url?: true;
  /** The setting that says how many copies of it run at a time, reserved from what the account may run; 0: none of its own. */
  concurrency?: "mostWebRequests" | "mostIngests";
  /** Invoked by events: what fails after all attempts goes to a queue. */
  deadLetters?: true;
  /** Invoked again and again by a rule of EventBridge with this expression, for example `rate(1 hour)`. */
  every?: string;
}

export type EnvironmentName =
  | "DB_TABLE_NAME"
  | "S3_BUCKET_NAME"
  | "X_CREDENTIALS_PARAMETER"
  | "X_API_URL"
  | "BLUESKY_CREDENTIALS_PARAMETER"
  | "SCHEDULE_NAME"
  | "SCHEDULE_GROUP_NAME"
  | "ALERTS_TOPIC_ARN"
  | "MAX_POSTS_PER_DAY"
  | "QUEUE_ORDER"
  | "STATE_MACHINE_ARN"
  | "CROP_SQUARE_FUNCTION"
  | "ASK_X_FUNCTION"
  | "WEB_ORIGIN"
  | "WEB_VIEWER_HEADER"
  | "STAGE";
