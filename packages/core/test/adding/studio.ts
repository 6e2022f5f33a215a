import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { Ports } from "@twobytwo/core/ports";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import type { Square } from "@twobytwo/core/squares/square";
import { readStock } from "@twobytwo/core/squares/stock";
import { startAwsServer } from "@twobytwo/sandbox/aws-http";
import { startDynamoDb } from "@twobytwo/sandbox/dynamodb/server";
import type { Call, Fault, Intercept } from "@twobytwo/sandbox/emulator";
import type { AwsEmulator } from "@twobytwo/sandbox/http-answer";
import { names } from "@twobytwo/sandbox/names";
import { createTable } from "@twobytwo/sandbox/provision";
import { startS3 } from "@twobytwo/sandbox/s3/server";
import { createScheduler } from "@twobytwo/sandbox/scheduler/scheduler";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";
import { monotonicFactory } from "ulid";
import { seeded } from "../pictures/pictures.ts";

const bucketName = "squares-of-the-test";

/** Where another process finds the studio. */
export interface Endpoints {
  dynamodb: string;
  s3: string;
  aws: string;
  bucket: string;
  table: string;
}

export interface Studio {
  ports: Ports;
  endpoints: Endpoints;
  /** Decides what goes wrong with the calls that come; undefined for nothing. */
  faults: { of: ((call: Call) => Fault | undefined | Promise<Fault | undefined>) | undefined };
  /** The calls since the studio was opened, or since they were cleared. */
  calls: Call[];
  /** All squares in the order of their ids. */
  squares(): Promise<Square[]>;
  /** What stands under ids that begin with "#". */
  marks(): Promise<string[]>;
  /** Counts that are not 0. */
  stock(): Promise<Record<string, number>>;
  keys(): Promise<string[]>;
  scheduleState(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** An empty table, an empty bucket and a sleeping schedule, each behind HTTP for other processes, and the ports of this one to add to them. */
export async function openStudio({ seed = 1 } = {}): Promise<Studio> {
  const faults: Studio["faults"] = { of: undefined };
  const calls: Call[] = [];
  const intercept: Intercept = (call) => {
    calls.push(call);
    return faults.of?.(call);
  };
  const dynamodb = await startDynamoDb({ credentials, intercept });
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-studio-"));
  const s3 = await startS3({ credentials, intercept, directory });
  const scheduler = createScheduler({ clock: Date.now, deliver: async () => {} });
  const aws = await startAwsServer({ credentials, intercept, services: [scheduler.service] });

  const shared = { region: "us-east-1", credentials: keys, maxAttempts: 1 };
  const at = ({ url, requestHandler }: AwsEmulator) => ({ ...shared, endpoint: url, requestHandler });
  const dynamodbClient = new DynamoDBClient(at(dynamodb));
  const s3Client = new S3Client({ ...at(s3), forcePathStyle: true });
  const schedulerClient = new SchedulerClient(at(aws));
  await createTable(dynamodbClient);
  await s3Client.send(new CreateBucketCommand({ Bucket: bucketName }));
  await schedulerClient.send(
    new CreateScheduleCommand({
      Name: "daily",
      ScheduleExpression: "cron(0 18 * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      State: "DISABLED",
      Target: {
        Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:post",
        RoleArn: "arn:aws:iam::000000000000:role/s",
      },
    }),
  );

  const client = DynamoDBDocumentClient.from(dynamodbClient, { marshallOptions: { removeUndefinedValues: true } });
  const table = { client, name: names.table };
  const random = seeded(seed);
  const ports: Ports = {
    table,
    bucket: { client: s3Client, name: bucketName },
    schedule: { client: schedulerClient, name: "daily", group: "default", table },
    clock: Date.now,
    rankAtEnd: ranksAtEnd(Date.now, random),
    newId: monotonicFactory(random),
    random,
    sleep: async () => {},
  };
  const items = async () => {
    const found: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: table.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      );
      found.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  };
  const isMark = (item: Record<string, unknown>) => String(item["id"]).startsWith("#");
  calls.length = 0;
  return {
    ports,
    endpoints: { dynamodb: dynamodb.url, s3: s3.url, aws: aws.url, bucket: bucketName, table: table.name },
    faults,
    calls,
    squares: async () =>
      ((await items()).filter((item) => !isMark(item)) as Square[]).sort((a, b) => (a.id < b.id ? -1 : 1)),
    marks: async () => (await items()).filter(isMark).map(({ id }) => String(id)),
    stock: async () => Object.fromEntries(Object.entries(await readStock(table)).filter(([, count]) => count !== 0)),
    async keys() {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await s3Client.send(
          new ListObjectsV2Command({ Bucket: bucketName, ...(token !== undefined && { ContinuationToken: token }) }),
        );
        found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return found.sort();
    },
    async scheduleState() {
      const { State } = await schedulerClient.send(new GetScheduleCommand({ Name: "daily" }));
      return State;
    },
    async close() {
      for (const opened of [dynamodbClient, s3Client, schedulerClient]) opened.destroy();
      await aws.close();
      await scheduler.close();
      await s3.close();
      await dynamodb.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The keys that a table's squares name: what must be in the bucket, and nothing else. */
export const keysIn = (squares: readonly Square[]): string[] =>
  squares
    .flatMap(({ objectKey, originalKey = "", thumbnailKey = "" }) => [objectKey, originalKey, thumbnailKey])
    .sort();
