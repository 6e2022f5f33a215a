/**
 * The facts of a deployment, shared by SST and CloudFormation; the sandbox has little use for them. Nothing here
 * imports anything but types, so that each of them can read it.
 */

/** What every function has. */
export const runtime = {
  name: "nodejs24.x",
  architecture: "arm64",
  handler: "index.handler",
  logFormat: "JSON",
} as const;

/** What a deployment is given where nobody says otherwise; the rhythm's is in blueprint.ts. */
export const settingDefaults = {
  /** Where a new square goes: `oldest` is the end of the queue, `shuffle` anywhere in it. */
  order: "oldest",
  mostPostsADay: 100,
  xApiUrl: "https://api.x.com",
  /** One person with a few devices; what a stranger sends in masses is refused, and costs next to nothing. */
  mostWebRequests: 10,
  /** At a few seconds a file, ten thousand of them take about two hours; what waits is bound by `inboxRetries`. */
  mostIngests: 5,
  /** A day of adding pictures by the hundred stays below; a stranger who stays below costs a few dollars a month. */
  webRequestsAlarm: 5_000,
} as const;

/** How long what grows is kept, in days. */
export const retention = {
  logs: 90,
  /** Pictures that were overwritten or deleted. */
  oldVersions: 30,
  /** Parts of an upload that was never finished. */
  unfinishedUploads: 7,
  /** Pictures that the web app's users have sent and that nobody has decided on; `heldMs` of core knows them as long. */
  undecidedUploads: 30,
  /** Events that no attempt could deliver; SQS keeps nothing longer. */
  deadLetters: 14,
} as const;

/** What the schedule does where Step Functions cannot be reached; a slot that is later than this is not posted. */
export const scheduleRetries = { attempts: 3, mostAgeSeconds: 3600 } as const;

/**
 * What S3's events do where `ingest` fails: Lambda's own two further attempts, then the dead letters. An event that finds no
 * free copy of the function counts as no attempt, and is tried again until it is six hours old, which is the longest that Lambda
 * keeps one (docs.aws.amazon.com/lambda, "How Lambda handles errors and retries with asynchronous invocation").
 */
export const inboxRetries = { attempts: 2, mostAgeSeconds: 21_600 } as const;

/** Origins that may send pictures to the bucket from a browser; what they send is bound by a signed form. */
export const browserUploads = {
  /** Where they lie until they are taken in; `uploadFolder` of core. */
  folder: "inbox/web/",
  origins: ["*"],
  methods: ["GET", "POST"],
  headers: ["*"],
  exposed: ["ETag"],
  maxAgeSeconds: 3600,
} as const;

export interface AlarmFact {
  /** Last part of the name. */
  name: string;
  namespace: "AWS/States" | "AWS/SQS" | "AWS/Lambda";
  metric: string;
  /** Whose metric it is. */
  of: "state-machine" | "schedule-dead-letters" | "inbox-dead-letters" | "watch" | "web";
  statistic: "Sum" | "Maximum";
  periodSeconds: number;
  /** The alarm is raised at this value and above, or at that of a setting. */
  threshold: number | { setting: "webRequestsAlarm" };
  /** What happened and the next step, as the mail says it. */
  description: string;
}

/** No metric at all means that nothing ran, which is no alarm. */
export const alarms: readonly AlarmFact[] = [
  {
    name: "runs-failed",
    namespace: "AWS/States",
    metric: "ExecutionsFailed",
    of: "state-machine",
    statistic: "Sum",
    periodSeconds: 300,
    threshold: 1,
    description:
      "A run of twobytwo ended in the state Failed; the square is back in the queue or held for review. Next: `2x2 runs` shows which run and why, docs/operations.md what to do.",
  },
  {
    name: "runs-timed-out",
    namespace: "AWS/States",
    metric: "ExecutionsTimedOut",
    of: "state-machine",
    statistic: "Sum",
    periodSeconds: 300,
    threshold: 1,
    description:
      "A run of twobytwo took longer than 90 minutes and was ended; its square stays claimed until the next run looks after it. Next: `2x2 runs`, then `2x2 reconcile`.",
  },
  {
    name: "runs-aborted",
    namespace: "AWS/States",
    metric: "ExecutionsAborted",
    of: "state-machine",
    statistic: "Sum",
    periodSeconds: 300,
    threshold: 1,
    description:
      "Somebody stopped a run of twobytwo; its square stays claimed until the next run looks after it. Next: `2x2 runs`, then `2x2 reconcile`.",
  },
  {
    name: "slots-lost",
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    of: "schedule-dead-letters",
    statistic: "Maximum",
    periodSeconds: 300,
    threshold: 1,
    description:
      "The schedule could not start the workflow, so nothing was posted at that time. Next: read the message in the dead-letter queue, which names the error; `2x2 post next` posts now; purge the queue afterwards.",
  },
  {
    name: "inbox-stuck",
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    of: "inbox-dead-letters",
    statistic: "Maximum",
    periodSeconds: 300,
    threshold: 1,
    description:
      "A file in the inbox could not be taken in after three attempts, and lies there still. Next: the log of the function ingest says why; copy the file onto itself to try again; purge the queue afterwards.",
  },
  {
    name: "watch-failed",
    namespace: "AWS/Lambda",
    metric: "Errors",
    of: "watch",
    statistic: "Sum",
    periodSeconds: 3600,
    threshold: 1,
    description:
      "The function that looks every hour whether twobytwo still posts has failed, so nobody may hear of a queue that runs low. Next: its log says why; `2x2 doctor` looks at the same things now.",
  },
  {
    name: "watch-throttled",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    of: "watch",
    statistic: "Sum",
    periodSeconds: 3600,
    threshold: 1,
    description:
      "Lambda refused to run the function that looks every hour whether twobytwo still posts: the account's concurrency is used up. Next: see in the console, under Lambda, what else runs so much; `2x2 status` says how things stand.",
  },
  {
    name: "web-busy",
    namespace: "AWS/Lambda",
    metric: "Invocations",
    of: "web",
    statistic: "Sum",
    periodSeconds: 3600,
    threshold: { setting: "webRequestsAlarm" },
    description:
      'The web app was asked more often within an hour than its owner would: somebody may be sending requests to make the bill grow. Nothing was let in by that, and squares are posted as before. Next: docs/deploy.md, "When strangers call", says how to see what is asked for, what it costs, and how to shut the app off; where it was you, set a higher number (TWOBYTWO_WEB_REQUESTS_ALARM, or WebRequestsAlarm of the template).',
  },
];

/**
 * What a state machine needs to write its log and its traces. None of these can be granted for less than everything;
 * docs.aws.amazon.com/step-functions, "Logging" and "X-Ray".
 */
export const stateMachineLogging = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
] as const;

/** Of a bucket's policy: nothing reaches it but over TLS. `Arn` is what the writer of the policy has for one. */
export const tlsOnly = <Arn>(bucket: Arn, objects: Arn) => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucket, objects],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
