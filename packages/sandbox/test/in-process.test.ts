import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { describe, expect, it, onTestFinished } from "vitest";
import { startAwsServer } from "../src/aws-http.ts";
import { startDynamoDb } from "../src/dynamodb/server.ts";
import type { Call, Fault } from "../src/emulator.ts";
import type { AwsEmulator } from "../src/http-answer.ts";
import { names } from "../src/names.ts";
import { createTable } from "../src/provision.ts";
import { startS3 } from "../src/s3/server.ts";
import { createScheduler } from "../src/scheduler/scheduler.ts";
import { credentials, keys } from "./fixed-keys.ts";
import { daily } from "./scheduler/started.ts";

type Way = "over HTTP" | "in the same process";
const ways: Way[] = ["over HTTP", "in the same process"];

/** DynamoDB with a table, S3 with a bucket, and a scheduler; `strike` decides what goes wrong with a call. */
async function open(way: Way, strike: { fault?: Fault } = {}) {
  const calls: Call[] = [];
  const hooks = {
    credentials: (id: string) => (id === "stranger" ? undefined : credentials(id)),
    intercept: (call: Call) => {
      calls.push(call);
      return strike.fault;
    },
  };
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-in-process-"));
  const scheduler = createScheduler({ clock: Date.now, deliver: async () => {} });
  const dynamodb = await startDynamoDb(hooks);
  const s3 = await startS3({ ...hooks, directory });
  const aws = await startAwsServer({ ...hooks, services: [scheduler.service] });

  const clientsOf = (own: { accessKeyId: string; secretAccessKey: string }) => {
    const at = ({ url, requestHandler }: AwsEmulator) => ({
      region: "us-east-1",
      maxAttempts: 1,
      credentials: own,
      endpoint: url,
      ...(way === "in the same process" && { requestHandler }),
    });
    return {
      dynamodb: new DynamoDBClient(at(dynamodb)),
      s3: new S3Client({ ...at(s3), forcePathStyle: true }),
      scheduler: new SchedulerClient(at(aws)),
    };
  };
  const clients = clientsOf(keys);
  await createTable(clients.dynamodb);
  await clients.s3.send(new CreateBucketCommand({ Bucket }));
  calls.length = 0;
  const close = async () => {
    for (const emulator of [dynamodb, s3, aws]) await emulator.close();
  };
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await close();
    await scheduler.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { ...clients, clientsOf, calls, close };
}

const Bucket = "squares";
const TableName = names.table;
/** All but the last as long as the SDK wants them at least. */
const inParts = [Buffer.alloc(8192, "a"), Buffer.from("parts")];
const put = (id: string, ConditionExpression?: string) =>
  new PutItemCommand({ TableName, Item: { id: { S: id } }, ...(ConditionExpression && { ConditionExpression }) });
const get = (id: string) => new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true });
const upload = (Key: string, Body: string | Uint8Array | Readable, more: { ContentLength?: number } = {}) =>
  new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/plain", Metadata: { artist: "somebody" }, ...more });

/** What a client gets, without what is another one at each call. */
async function told(call: Promise<object>): Promise<unknown> {
  try {
    const answer: Record<string, unknown> = { ...(await call) };
    const { httpStatusCode } = answer["$metadata"] as { httpStatusCode?: number };
    const body = answer["Body"] as { transformToString(): Promise<string> } | undefined;
    const text = body && { Body: await body.transformToString() };
    const plain = JSON.stringify({ ...answer, ...text, $metadata: httpStatusCode }, (name, value) =>
      /LastModified|Date|CreationTime|TableId|Marker/.test(name) ? undefined : value,
    );
    return JSON.parse(plain);
  } catch (error) {
    const { name, message, code, $metadata } = error as Error & { code?: string; $metadata?: object };
    const status = ($metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
    // Of a connection that breaks, the code alone says what it was.
    return code?.startsWith("ECONN") ? { code } : { name, message, status };
  }
}

async function answers(way: Way): Promise<{ answers: unknown[]; calls: Call[] }> {
  const { dynamodb, s3, scheduler, clientsOf, calls } = await open(way);
  const stranger = clientsOf({ ...keys, accessKeyId: "stranger" });
  const wrong = clientsOf({ ...keys, secretAccessKey: "another" });
  const all = [
    await told(dynamodb.send(put("ä"))),
    await told(dynamodb.send(put("ä", "attribute_not_exists(id)"))),
    await told(dynamodb.send(get("ä"))),
    await told(dynamodb.send(new DescribeTableCommand({ TableName: "none" }))),
    await told(wrong.dynamodb.send(get("ä"))),
    await told(s3.send(upload("a b/ü+.txt", "text"))),
    await told(s3.send(upload("bytes", new Uint8Array([1, 2, 3])))),
    await told(s3.send(upload("empty", ""))),
    await told(s3.send(new GetObjectCommand({ Bucket, Key: "empty" }))),
    await told(s3.send(upload("stream", Readable.from(inParts), { ContentLength: 8197 }))),
    await told(s3.send(new GetObjectCommand({ Bucket, Key: "a b/ü+.txt" }))),
    await told(s3.send(new GetObjectCommand({ Bucket, Key: "stream", Range: "bytes=8190-" }))),
    await told(s3.send(new HeadObjectCommand({ Bucket, Key: "bytes" }))),
    await told(s3.send(new HeadObjectCommand({ Bucket, Key: "none" }))),
    await told(s3.send(new GetObjectCommand({ Bucket, Key: "none" }))),
    await told(s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a b/", MaxKeys: 2 }))),
    await told(stranger.s3.send(new HeadObjectCommand({ Bucket, Key: "bytes" }))),
    await told(scheduler.send(new CreateScheduleCommand(daily))),
    await told(scheduler.send(new GetScheduleCommand({ Name: "daily" }))),
    await told(scheduler.send(new GetScheduleCommand({ Name: "none" }))),
    await told(wrong.scheduler.send(new GetScheduleCommand({ Name: "daily" }))),
  ];
  return { answers: all, calls };
}

describe("a client in the same process", () => {
  it("gets what one over HTTP gets, and its calls are the same to who looks on", async () => {
    const [http, inProcess] = [await answers("over HTTP"), await answers("in the same process")];
    expect(inProcess).toEqual(http);
    const failed = http.answers.filter((answer) => (answer as { status?: number }).status !== undefined);
    expect(failed).toHaveLength(8);
  });

  it.each(ways)("%s sees each fault as what it is", async (way) => {
    const strike: { fault?: Fault } = {};
    const { dynamodb, s3, scheduler } = await open(way, strike);
    const send = {
      dynamodb: (id: string) => dynamodb.send(put(id)),
      s3: (id: string) => s3.send(upload(id, "text")),
      scheduler: (id: string) => scheduler.send(new CreateScheduleCommand({ ...daily, Name: id })),
    };
    const isThere = {
      dynamodb: async (id: string) => (await dynamodb.send(get(id))).Item !== undefined,
      s3: async (id: string) => (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: id }))).KeyCount === 1,
      scheduler: (id: string) =>
        scheduler.send(new GetScheduleCommand({ Name: id })).then(
          () => true,
          () => false,
        ),
    };
    const seen: unknown[] = [];
    for (const fault of [
      { kind: "refuse", status: 503, code: "SlowDown", message: "Slow down." },
      { kind: "cut" },
      { kind: "lose-answer" },
    ] satisfies Fault[])
      for (const service of ["dynamodb", "s3", "scheduler"] as const) {
        strike.fault = fault;
        const answer = await told(send[service](fault.kind));
        delete strike.fault;
        seen.push([service, answer, await isThere[service](fault.kind)]);
      }
    const refused = { name: "SlowDown", message: "Slow down.", status: 503 };
    const broken = { code: "ECONNRESET" };
    expect(seen).toEqual([
      ["dynamodb", refused, false],
      ["s3", refused, false],
      ["scheduler", refused, false],
      ["dynamodb", broken, false],
      ["s3", broken, false],
      ["scheduler", broken, false],
      ["dynamodb", broken, true],
      ["s3", broken, true],
      ["scheduler", broken, true],
    ]);
  });

  it.each(ways)("%s that stops in the middle of an upload leaves nothing", async (way) => {
    const { s3 } = await open(way);
    async function* broken() {
      yield Buffer.from("half");
      throw new Error("the file cannot be read any further");
    }
    const stopping = new AbortController();
    const sent = s3.send(upload("half", Readable.from(broken()), { ContentLength: 8 }), {
      abortSignal: stopping.signal,
    });
    stopping.abort();
    await expect(sent).rejects.toThrow();
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it.each(ways)("%s is told that nobody is there any more", async (way) => {
    const { close, clientsOf } = await open(way);
    await close();
    // New ones: a connection that was kept would be told in another way.
    const clients = clientsOf(keys);
    expect(await told(clients.dynamodb.send(get("a")))).toEqual({ code: "ECONNREFUSED" });
    expect(await told(clients.s3.send(new HeadObjectCommand({ Bucket, Key: "a" })))).toEqual({ code: "ECONNREFUSED" });
    expect(await told(clients.scheduler.send(new GetScheduleCommand({ Name: "a" })))).toEqual({ code: "ECONNREFUSED" });
    for (const client of Object.values(clients)) client.destroy();
  });
});
