import type { FunctionBlueprint } from "./function-blueprint.ts";
import { blueskyPassword, changesSchedule, queue, rows, withoutAccess, xKeys } from "./grants.ts";

/**
 * The facts of the system, whoever sets it up: SST, CloudFormation or the sandbox. Nothing here imports
 * anything but facts, so that each of them can read it.
 */

const xApi = ["X_CREDENTIALS_PARAMETER", "X_API_URL"] as const;
const schedule = ["SCHEDULE_NAME", "SCHEDULE_GROUP_NAME"] as const;
/** X's address without its keys: the sandbox's posts are to be seen there. */
const ofWeb = [
  ...(["STAGE", "WEB_ORIGIN", "WEB_VIEWER_HEADER"] as const),
  ...(["CROP_SQUARE_FUNCTION", "ASK_X_FUNCTION", "X_API_URL"] as const),
];

/**
 * Megabytes that give a function one processor, which is all that one thread can use. A post a day is always cold, and
 * a cold start is work for the processor: with 512 MB a post takes 6.6 s instead of 2.5, and costs a thousandth of a
 * cent less (`npm run bench -- --only memory`, docs/performance.md).
 */
const oneProcessor = 1769;

/** Seconds: `web` waits a little longer (`invoke.ts` of core), so that a person is told in words that it took too long. */
const behindWeb = 26;

/**
 * A Lambda ends a little before the `TimeoutSeconds` of its state: then the state machine sees the Lambda's
 * own error, and no second try starts while the first is still at work.
 */
const declared: readonly FunctionBlueprint[] = [
  {
    name: "select-square",
    description: "Claims the next square of the queue, after looking after runs that died",
    placeholder: "SelectSquareArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: oneProcessor,
    permissions: [rows("GetItem", "UpdateItem"), queue],
  },
  {
    name: "fetch-media",
    description: "Brings the picture of a square to X, with its alt text",
    placeholder: "FetchMediaArn",
    environment: ["S3_BUCKET_NAME", ...xApi],
    timeoutSeconds: 55,
    memory: oneProcessor,
    permissions: [
      { actions: ["s3:GetObject"], on: ["objects"] },
      // Without, S3 says of a picture that is not there that access to it is denied.
      { actions: ["s3:ListBucket"], on: ["bucket"] },
      xKeys,
    ],
  },
  {
    name: "tweet",
    description: "Writes down the exact post, then sends it to X",
    placeholder: "TweetArn",
    environment: ["DB_TABLE_NAME", ...xApi, "MAX_POSTS_PER_DAY"],
    timeoutSeconds: 35,
    memory: oneProcessor,
    permissions: [rows("GetItem", "UpdateItem"), xKeys],
  },
  {
    name: "reconcile",
    description: "Looks in the account's own posts for one that may be out",
    placeholder: "ReconcileArn",
    environment: ["DB_TABLE_NAME", ...xApi],
    timeoutSeconds: 35,
    memory: oneProcessor,
    permissions: [rows("GetItem", "UpdateItem"), queue, xKeys],
  },
  {
    name: "mark-posted",
    description: "Notes the post on its square",
    placeholder: "MarkPostedArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: oneProcessor,
    permissions: [rows("GetItem", "UpdateItem")],
  },
  {
    // Its role is allowed to list the bucket for the same reason as that of `fetch-media`.
    name: "share-on-bluesky",
    description: "Shares a posted square on Bluesky, where that is connected",
    placeholder: "ShareOnBlueskyArn",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME", "BLUESKY_CREDENTIALS_PARAMETER"],
    timeoutSeconds: 55,
    memory: oneProcessor,
    permissions: [
      rows("GetItem", "UpdateItem"),
      queue,
      { actions: ["s3:GetObject"], on: ["objects"] },
      { actions: ["s3:ListBucket"], on: ["bucket"] },
      blueskyPassword,
    ],
  },
  {
    name: "check-stock",
    description: "Counts what is left to post",
    placeholder: "CheckStockArn",
    environment: ["DB_TABLE_NAME", ...schedule],
    timeoutSeconds: 25,
    memory: oneProcessor,
    permissions: [rows("GetItem"), { actions: ["scheduler:GetSchedule"], on: ["schedule"] }],
  },
  {
    name: "disable-schedule",
    description: "Puts the schedule to sleep when nothing is left, or something has to be mended",
    placeholder: "DisableScheduleArn",
    environment: ["DB_TABLE_NAME", ...schedule],
    timeoutSeconds: 25,
    memory: 512,
    permissions: [
      rows("GetItem", "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem"),
      queue,
      ...changesSchedule,
    ],
  },
  {
    name: "release-square",
    description: "Puts a square back into the queue that was surely not posted",
    placeholder: "ReleaseSquareArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
    permissions: [rows("GetItem", "UpdateItem")],
  },
  {
    name: "hold-for-review",
    description: "Keeps a square aside for a person to decide",
    placeholder: "HoldForReviewArn",
    environment: ["DB_TABLE_NAME"],
    timeoutSeconds: 25,
    memory: 512,
    permissions: [rows("GetItem", "UpdateItem")],
  },
  {
    name: "notify",
    description: "Tells the owner of a run that failed",
    placeholder: "NotifyArn",
    environment: ["DB_TABLE_NAME", "ALERTS_TOPIC_ARN"],
    timeoutSeconds: 25,
    memory: 256,
    permissions: [rows("UpdateItem"), { actions: ["sns:Publish"], on: ["alerts"] }],
  },
  {
    // What no metric says of itself: that nothing is posted, and that the queue runs low.
    name: "watch",
    description:
      "Looks every hour whether squares are posted and whether the queue runs low, and mends stock and schedule",
    environment: ["DB_TABLE_NAME", ...schedule, "ALERTS_TOPIC_ARN", "STAGE"],
    timeoutSeconds: 25,
    memory: 512,
    every: "rate(1 hour)",
    permissions: [
      // Scan: where the stock counts what the index does not show, the squares are counted.
      rows("GetItem", "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem", "Scan"),
      queue,
      ...changesSchedule,
      { actions: ["sns:Publish"], on: ["alerts"] },
    ],
  },
  {
    // Invoked by the rule below. Its role must be allowed to list the bucket: without, S3 says of a file that
    // another delivery has dealt with that it is denied.
    name: "ingest",
    description: "Makes a square of a file below inbox/ of the bucket",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME", ...schedule, "QUEUE_ORDER"],
    timeoutSeconds: 120,
    memory: 2048,
    // Ten thousand files at once leave the rest of the account's concurrency to the runs that post.
    concurrency: "mostIngests",
    deadLetters: true,
    permissions: [
      // Scan: a random place in a long queue is drawn from the rows themselves.
      rows("GetItem", "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem", "Scan"),
      queue,
      { actions: ["s3:GetObject", "s3:DeleteObject"], on: ["inbox"] },
      { actions: ["s3:PutObject"], on: ["originals", "squares", "thumbnails", "refused"] },
      { actions: ["s3:GetObject"], on: ["refused"] },
      { actions: ["s3:ListBucket"], on: ["bucket"] },
      ...changesSchedule,
    ],
  },
  {
    // Invoked by `web`, which everybody can reach and which therefore opens no picture itself.
    name: "crop-square",
    description: "Cuts a square anew out of its original, for the web app",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME"],
    timeoutSeconds: behindWeb,
    memory: 2048,
    permissions: [
      rows("GetItem", "BatchGetItem", "UpdateItem"),
      // A row that another program wrote may have its original anywhere.
      { actions: ["s3:GetObject"], on: ["objects"] },
      { actions: ["s3:PutObject"], on: ["squares", "thumbnails"] },
    ],
  },
  {
    // Invoked by `web`, which everybody can reach and which therefore has no key of X.
    name: "ask-x",
    description: "Asks X for the web app: for the post of a square that is held, and to delete one",
    environment: ["DB_TABLE_NAME", ...xApi, "BLUESKY_CREDENTIALS_PARAMETER", "STAGE"],
    timeoutSeconds: behindWeb,
    memory: oneProcessor,
    permissions: [rows("GetItem"), queue, xKeys, blueskyPassword],
  },
  {
    // The web app: its files and its API. A whole processor makes the signing quick.
    name: "web",
    description: "The web app: its files and its API",
    environment: ["DB_TABLE_NAME", "S3_BUCKET_NAME", ...schedule, "STATE_MACHINE_ARN", "ALERTS_TOPIC_ARN", ...ofWeb],
    timeoutSeconds: 29,
    memory: oneProcessor,
    admits: true,
    url: true,
    concurrency: "mostWebRequests",
    permissions: [
      // ConditionCheckItem: an invite is good only while the device is there that made it.
      rows("GetItem", "BatchGetItem", "ConditionCheckItem", "PutItem", "UpdateItem", "DeleteItem"),
      queue,
      // The owner is told of a device that was added.
      { actions: ["sns:Publish"], on: ["alerts"] },
      // The addresses that it signs are good for what it may do itself.
      { actions: ["s3:GetObject"], on: ["objects"] },
      { actions: ["s3:PutObject", "s3:DeleteObject"], on: ["inbox"] },
      // Whoever confirmed with the passkey deletes a square for good; the bucket keeps the old versions for a while.
      { actions: ["s3:DeleteObject"], on: ["originals", "squares", "thumbnails"] },
      { actions: ["states:StartExecution", "states:ListExecutions"], on: ["state-machine"] },
      { actions: ["states:DescribeExecution", "states:GetExecutionHistory"], on: ["executions"] },
      { actions: ["lambda:InvokeFunction"], on: ["crop-square", "ask-x"] },
      ...changesSchedule,
    ],
  },
];

export const functions: readonly FunctionBlueprint[] = declared.map((blueprint) =>
  blueprint.admits ? blueprint : { ...blueprint, permissions: withoutAccess(blueprint.permissions) },
);

/** The events of EventBridge that invoke `ingest`; the bucket's own name is added as `detail.bucket.name`. */
export const inboxEvents = {
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: { object: { key: [{ prefix: "inbox/" }] } },
} as const;

export const stateMachineName = "post-square";

/** Last part of the name of the parameter that `2x2 connect bluesky` writes; no deployment creates it. */
export const blueskyParameter = "bluesky-credentials";

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
