export interface Endpoints {
  dynamodb: string;
  s3: string;
  /** EventBridge Scheduler, Step Functions, Lambda, SSM and SNS. */
  aws: string;
  x: string;
  bluesky: string;
}

/** Names of what a deployment creates; in the sandbox they are always the same. */
export const names = {
  table: "twobytwo-sandbox-squares",
  bucket: "twobytwo-sandbox-media",
  schedule: "twobytwo-sandbox-post-square",
  credentials: "/twobytwo/sandbox/x-credentials",
  blueskyCredentials: "/twobytwo/sandbox/bluesky-credentials",
  topic: "twobytwo-sandbox-alerts",
} as const;

export const region = "us-east-1";

export const account = "000000000000";

export const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:twobytwo-sandbox-post-square`;

export const topicArn = `arn:aws:sns:${region}:${account}:${names.topic}`;
