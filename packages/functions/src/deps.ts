import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { cropFunction } from "@twobytwo/core/asking/ask-crop";
import { type AskXPorts, askFunction } from "@twobytwo/core/asking/ask-x";
import { type Invoked, patienceMs } from "@twobytwo/core/asking/invoke";
import { type BlueskyClient, createBlueskyClient } from "@twobytwo/core/bluesky/client";
import { readBlueskyCredentials } from "@twobytwo/core/bluesky/credentials";
import type { Bucket } from "@twobytwo/core/bucket";
import type { Clock } from "@twobytwo/core/clock";
import type { CropPorts } from "@twobytwo/core/curating/crop";
import type { IngestPorts } from "@twobytwo/core/inbox/ingest";
import { defaultMostPostsADay } from "@twobytwo/core/posting/journal";
import type { Order } from "@twobytwo/core/queue/places";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import type { Schedule } from "@twobytwo/core/schedule/schedule";
import type { Table } from "@twobytwo/core/squares/table";
import { type Alerts, tell } from "@twobytwo/core/watch/alerts";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { openConnections } from "@twobytwo/core/x/connections";
import { parseCredentials, readCredentials } from "@twobytwo/core/x/credentials";
import { readAssets } from "@twobytwo/web/server/http/assets";
import type { WebPorts } from "@twobytwo/web/server/http/ports";
import { ulid } from "ulid";
import { awsLimits } from "./aws-limits.ts";

/** A function that was deployed without a setting it needs; no retry and no other square would help. */
class MissingSetting extends Error {
  override readonly name = "MissingSetting";
}

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw new MissingSetting(
    `The environment variable ${name} is not set for this function: set it (docs/operations.md lists all) and start the run again.`,
  );
}

interface Once<T> {
  (): T;
  /** The next call makes it anew. */
  forget(): void;
}

/** Made at the first use and kept for the life of the Lambda; what fails is forgotten. */
export function once<T>(make: () => T): Once<T> {
  let made: { value: T } | undefined;
  const forget = () => {
    made = undefined;
  };
  const get = () => {
    made ??= { value: make() };
    const { value } = made;
    if (value instanceof Promise) value.catch(forget);
    return value;
  };
  return Object.assign(get, { forget });
}

export const clock: Clock = Date.now;

/** Retries belong to the state machine; one more try here spares it the passing hiccup of a connection. */
const sdk = { maxAttempts: 2 };
const connectMs = 2_000;
const timeouts = awsLimits({ connectMs, answerMs: 8_000 });

export const table = /* @__PURE__ */ once((): Table => {
  const client = new DynamoDBClient({ ...sdk, ...timeouts });
  // It goes through every row of an answer, for a log that nobody has asked for.
  client.middlewareStack.remove("loggerMiddleware");
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name: setting("DB_TABLE_NAME"),
  };
});

export const bucket = /* @__PURE__ */ once((): Bucket => bucketWith(timeouts));

function bucketWith(limits: typeof timeouts): Bucket {
  // Another address than AWS's own is a machine whose names know nothing of `<bucket>.<host>`.
  const forcePathStyle = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  return { client: new S3Client({ ...sdk, ...limits, forcePathStyle }), name: setting("S3_BUCKET_NAME") };
}

export const schedule = /* @__PURE__ */ once(
  (): Schedule => ({
    client: new SchedulerClient({ ...sdk, ...timeouts }),
    name: setting("SCHEDULE_NAME"),
    group: process.env["SCHEDULE_GROUP_NAME"] || "default",
    table: table(),
  }),
);

/** An original has up to 100 MB; what is refused is copied whatever its size. */
const originals = () => bucketWith(awsLimits({ connectMs, answerMs: 60_000 }));

export const adding = /* @__PURE__ */ once(
  (): IngestPorts => ({
    table: table(),
    bucket: originals(),
    schedule: schedule(),
    clock,
    rankAtEnd: ranksAtEnd(clock, Math.random),
    order: queueOrder(),
    random: Math.random,
    sleep,
  }),
);

/** Undefined where nobody is to be told: the topic is part of a deployment, not of the workflow. */
export const alerts = /* @__PURE__ */ once((): Alerts | undefined => {
  const topicArn = process.env["ALERTS_TOPIC_ARN"];
  return topicArn ? { client: new SNSClient({ ...sdk, ...timeouts }), topicArn } : undefined;
});

/** The name of the deployment, as a mail says it. */
export const stageName = (): string => setting("STAGE");

/** @throws MissingSetting for what is no whole number above 0. */
export function mostPostsADay(): number {
  const value = process.env["MAX_POSTS_PER_DAY"] || String(defaultMostPostsADay);
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new MissingSetting(
    `MAX_POSTS_PER_DAY is ${JSON.stringify(value)}: set it to a whole number above 0, or leave it out.`,
  );
}

/** @throws MissingSetting for what is no order. */
function queueOrder(): Order {
  const value = process.env["QUEUE_ORDER"] || "oldest";
  if (value === "oldest" || value === "shuffle") return value;
  throw new MissingSetting(`QUEUE_ORDER is ${JSON.stringify(value)}: set it to oldest or shuffle, or leave it out.`);
}

function xWithin(deadlineMs: number): Once<Promise<XClient>> {
  const client: Once<Promise<XClient>> = once(async (): Promise<XClient> => {
    const baseUrl = process.env["X_API_URL"] || "https://api.x.com";
    const agent = openConnections(baseUrl, { clock, deadlineMs });
    const parameter = process.env["X_CREDENTIALS_PARAMETER"];
    const credentials = parameter
      ? await readCredentials(new SSMClient({ ...sdk, ...timeouts }), parameter)
      : parseCredentials(process.env, "The environment of this function");
    return createXClient({
      credentials,
      baseUrl,
      agent,
      clock,
      deadlineMs,
      onNotAuthorized: () => client.forget(),
    });
  });
  return client;
}

/** Longest call to X in all: half of what Step Functions gives the step. */
export const x = /* @__PURE__ */ xWithin(20_000);

/** For a person who waits at the web app, and is to be told in time that X does not answer. */
export const xInTime = /* @__PURE__ */ xWithin(15_000);

/** The account that is connected; its tokens live as long as this function does. */
const blueskyClient: Once<Promise<BlueskyClient>> = /* @__PURE__ */ once(async (): Promise<BlueskyClient> => {
  const ssm = new SSMClient({ ...sdk, ...timeouts });
  const credentials = await readBlueskyCredentials(ssm, setting("BLUESKY_CREDENTIALS_PARAMETER"));
  return createBlueskyClient({ credentials, clock, deadlineMs: 10_000, onNotAuthorized: () => blueskyClient.forget() });
});

/** Since it was made, another account may have been connected. */
export async function bluesky(account: string): Promise<BlueskyClient> {
  const kept = await blueskyClient();
  if (kept.account !== account) blueskyClient.forget();
  return kept.account === account ? kept : blueskyClient();
}

export const asking = /* @__PURE__ */ once((): AskXPorts => {
  const origin = postsOrigin();
  return { table: table(), x: xInTime, bluesky, clock, postUrl: (tweetId) => `${origin}/i/status/${tweetId}` };
});

/** Where posts are to be seen; the sandbox's X shows its own. */
const postsOrigin = () => (stageName() === "sandbox" ? setting("X_API_URL") : "https://x.com");

export const cropping = /* @__PURE__ */ once(
  (): CropPorts => ({ table: table(), bucket: originals(), clock, random: Math.random, sleep }),
);

/** Asked once, and waited for: `invoke` of core knows when it is worth a second time. */
function invoked(client: LambdaClient, name: string): Invoked {
  return { client, name: setting(name) };
}

/** What the web app has of its own; the built app lies beside its bundle. */
export const web = /* @__PURE__ */ once((): WebPorts => {
  const stage = stageName();
  const webOrigin = process.env["WEB_ORIGIN"];
  const viewerHeader = process.env["WEB_VIEWER_HEADER"];
  const lambda = new LambdaClient({ maxAttempts: 1, ...awsLimits({ connectMs, answerMs: patienceMs }) });
  return {
    ...adding(),
    stateMachine: { client: new SFNClient({ ...sdk, ...timeouts }), arn: setting("STATE_MACHINE_ARN") },
    askX: askFunction(invoked(lambda, "ASK_X_FUNCTION")),
    crop: cropFunction(invoked(lambda, "CROP_SQUARE_FUNCTION")),
    newId: () => ulid(),
    randomBytes,
    stage,
    region: setting("AWS_REGION"),
    ...(webOrigin && { webOrigin }),
    ...(viewerHeader && { viewerHeader }),
    postsOrigin: postsOrigin(),
    assets: readAssets(fileURLToPath(new URL("assets", import.meta.url))),
    // The client is made with the first mail: most requests send none.
    tellOwner: async (mail) => {
      const to = alerts();
      if (to !== undefined) await tell(to, mail);
    },
    log: (line) => console.log(line),
  };
});
