import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsServer } from "../src/aws-http.ts";
import { startDynamoDb } from "../src/dynamodb/server.ts";
import type { Call, Emulator } from "../src/emulator.ts";
import { startFunctionUrl } from "../src/lambda/function-url.ts";
import { startS3 } from "../src/s3/server.ts";
import { createScheduler } from "../src/scheduler/scheduler.ts";
import { createSns } from "../src/sns/sns.ts";
import { createSsm } from "../src/ssm/ssm.ts";
import { statesService } from "../src/stepfunctions/service.ts";
import { createStepFunctions } from "../src/stepfunctions/step-functions.ts";
import { startX } from "../src/x/server.ts";
import { keys } from "./fixed-keys.ts";
import { signedHeaders } from "./signed-headers.ts";
import { credentials as xKeys } from "./x/account.ts";

const clock = Date.now;
const randomUuid = () => "00000000-0000-4000-8000-000000000000";
const calls: Call[] = [];
let emulators: Record<"dynamodb" | "s3" | "aws" | "x" | "web", Emulator>;
let close: () => Promise<void>;

beforeAll(async () => {
  const intercept = (call: Call) => {
    calls.push(call);
    return undefined;
  };
  const shared = {
    credentials: (id: string) => (id === keys.accessKeyId ? keys.secretAccessKey : undefined),
    intercept,
  };
  const stepFunctions = createStepFunctions({ machines: [], clock, randomUuid });
  const scheduler = createScheduler({ clock, deliver: async () => {} });
  const services = [
    scheduler.service,
    createSsm({ clock, randomUuid }),
    createSns({ clock, randomUuid }).service,
    statesService(stepFunctions),
  ];
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-strangers-"));
  emulators = {
    dynamodb: await startDynamoDb(shared),
    s3: await startS3({ ...shared, directory }),
    aws: await startAwsServer({ ...shared, services }),
    x: await startX({ credentials: xKeys, intercept }),
    web: await startFunctionUrl({
      invoke: async (event) => {
        calls.push(event as Call);
        return { requestId: "", durationMs: 0, payload: "the app" };
      },
    }),
  };
  close = async () => {
    await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
    await scheduler.close();
    await stepFunctions.close();
    await rm(directory, { recursive: true });
  };
});
afterAll(() => close());

/** What a browser sends for a page of this host, as `fetch` would not. */
async function ask(url: string, host: string | undefined, request = "GET /"): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const name = host === undefined ? "" : `Host: ${host}\r\n`;
  socket.write(
    `${request} HTTP/1.${host === undefined ? 0 : 1}\r\n${name}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  return text(socket);
}

describe("a name that a website points at this machine", () => {
  const foreign = [
    "rebound.example",
    "rebound.example:8000",
    "localhost.rebound.example",
    "127.0.0.1.rebound.example",
    "rebound.example:80@localhost",
    "localhost@rebound.example",
    "localhost:80.rebound.example",
    "0.0.0.0",
    "127.0.0.2",
    "2130706433",
    "[::ffff:127.0.0.1]",
    "",
    undefined,
  ];

  it.each(["dynamodb", "s3", "aws", "x", "web"] as const)("gets 403 and nothing else from %s", async (name) => {
    calls.length = 0;
    for (const host of foreign)
      for (const request of ["GET /", "POST /", "OPTIONS /squares/a.jpg"]) {
        const answer = await ask(emulators[name].url, host, request);
        expect(`${host} ${request} ${answer.slice(0, 12)}`).toBe(`${host} ${request} HTTP/1.1 403`);
        expect(answer).not.toMatch(/access-control/i);
        expect(answer).toContain("use one of these");
      }
    expect(calls).toEqual([]);
  });

  it.each(["dynamodb", "s3", "aws", "x", "web"] as const)(
    "is no other than our own for %s, with any port",
    async (name) => {
      for (const host of ["localhost", "LOCALHOST:1", "127.0.0.1:65535"])
        expect(await ask(emulators[name].url, host)).not.toContain("use one of these");
    },
  );
});

describe("who has not the secret", () => {
  const refused = {
    dynamodb: [DynamoDBClient, new ListTablesCommand({}), "InvalidSignatureException", "UnrecognizedClientException"],
    s3: [S3Client, new ListBucketsCommand({}), "SignatureDoesNotMatch", "InvalidAccessKeyId"],
    scheduler: [
      SchedulerClient,
      new GetScheduleCommand({ Name: "a" }),
      "InvalidSignatureException",
      "UnrecognizedClientException",
    ],
    ssm: [
      SSMClient,
      new GetParameterCommand({ Name: "/x" }),
      "InvalidSignatureException",
      "UnrecognizedClientException",
    ],
    sns: [SNSClient, new CreateTopicCommand({ Name: "alerts" }), "SignatureDoesNotMatch", "InvalidClientTokenId"],
    states: [
      SFNClient,
      new DescribeStateMachineCommand({ stateMachineArn: "arn" }),
      "InvalidSignatureException",
      "UnrecognizedClientException",
    ],
  } as const;
  const endpointOf = (service: string) => emulators[service === "dynamodb" || service === "s3" ? service : "aws"].url;

  it.each(Object.keys(refused) as (keyof typeof refused)[])("is refused by %s", async (service) => {
    const [Client, command, mismatch, unknown] = refused[service];
    const as = (given: typeof keys) => {
      const shared = { region: "us-east-1", endpoint: endpointOf(service), maxAttempts: 1, forcePathStyle: true };
      const client = new Client({ ...shared, credentials: given });
      return (client.send as (command: unknown) => Promise<unknown>).call(client, command);
    };
    calls.length = 0;
    await expect(as({ ...keys, secretAccessKey: "sandbox-secret2" })).rejects.toMatchObject({ name: mismatch });
    await expect(as({ ...keys, accessKeyId: "somebody" })).rejects.toMatchObject({ name: unknown });
    expect(calls).toEqual([]);
    await as(keys).catch((error) => expect(error.name).toMatch(/NotFound|StateMachineDoesNotExist/));
    expect(calls).toMatchObject([{ service, accessKeyId: "sandbox" }]);
  });

  it("cannot change what was signed: the operation, a header, a byte, the service, the day", async () => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.PutParameter" };
    const { url } = emulators.aws;
    const put = JSON.stringify({ Name: "/a", Value: "b", Type: "String", Overwrite: true });
    const signed = await signedHeaders(keys, { url, service: "ssm", headers, body: put, now: Date.now() });
    const send = async (change: Record<string, string | undefined>, body = put, search = "") => {
      const given = Object.entries({ ...signed, ...change }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const answer = await fetch(`${url}/${search}`, { method: "POST", headers: given, body });
      return ((await answer.json()) as { __type?: string }).__type ?? answer.status;
    };
    const { authorization = "" } = signed;
    const replaced = (from: string | RegExp, to: string) => ({ authorization: authorization.replace(from, to) });
    expect(await send({})).toBe(200);
    for (const [change, body, search] of [
      [{ "x-amz-target": "AmazonSSM.DeleteParameter" }],
      [{ "content-type": "text/plain" }],
      [{ "x-amz-date": "20200101T000000Z" }],
      [{ "x-amz-security-token": "added" }],
      [{}, put.replace("b", "c")],
      [{}, put, "?a=b"],
      [replaced("/ssm/", "/dynamodb/")],
      [replaced("us-east-1", "eu-central-1")],
      [replaced(";x-amz-target", "")],
      [replaced("host;", "")],
      [replaced(/Signature=.*/, `Signature=${"0".repeat(64)}`)],
      [replaced(/Signature=.*/, "Signature=0")],
    ] as const)
      expect([change, body, search, await send(change, body, search)]).toEqual([
        change,
        body,
        search,
        "InvalidSignatureException",
      ]);
    expect(await send({ authorization: undefined })).toBe("MissingAuthenticationTokenException");
    expect(await send({ authorization: "Basic c2FuZGJveDpzYW5kYm94" })).toBe("MissingAuthenticationTokenException");
    expect(await send(replaced(/, Signature=.*/, ""))).toBe("IncompleteSignatureException");
    expect(await send({ "x-amz-date": undefined })).toBe("IncompleteSignatureException");
  });

  it("is refused before DynamoDB looks at what the body says", async () => {
    const client = new DynamoDBClient({
      region: "us-east-1",
      endpoint: emulators.dynamodb.url,
      credentials: { ...keys, secretAccessKey: "another" },
      maxAttempts: 1,
    });
    const put = client.send(new PutItemCommand({ TableName: "none", Item: { id: { S: "a" } } }));
    await expect(put).rejects.toMatchObject({ name: "InvalidSignatureException" });
  });

  it("is nobody who signs rightly what has to be encoded: paths, queries and words beyond ASCII", async () => {
    const shared = { region: "us-east-1", endpoint: emulators.aws.url, credentials: keys, maxAttempts: 1 };
    const scheduler = new SchedulerClient(shared);
    const odd = scheduler.send(new GetScheduleCommand({ Name: "a", GroupName: "a b+c/é%&=~" }));
    await expect(odd).rejects.toMatchObject({ name: "ValidationException" });
    const ssm = new SSMClient(shared);
    const put = { Name: "/words", Type: "String", Value: "Zürich ✓ \u{1f3a8}" } as const;
    await ssm.send(new PutParameterCommand(put));
    expect((await ssm.send(new GetParameterCommand({ Name: "/words" }))).Parameter?.Value).toBe(put.Value);
  });
});

describe("the sources of the sandbox", () => {
  const source = fileURLToPath(new URL("../src", import.meta.url));
  const files = async () =>
    (await readdir(source, { recursive: true }))
      .filter((name) => /\.m?ts$/.test(name))
      .map((name) => name.replaceAll("\\", "/"));

  it("open a port nowhere but where the name is asked for", async () => {
    const opening: string[] = [];
    for (const name of await files())
      if (/\bcreateServer\b|new Server\(/.test(await readFile(path.join(source, name), "utf8"))) opening.push(name);
    expect(opening).toEqual(["local-server.ts"]);
  });

  it("hold no secret that a sandbox would use", async () => {
    for (const name of await files())
      expect(
        `${name}: ${/secretAccessKey\b\s*[:=]\s*["'`]|sandbox-secret/.exec(await readFile(path.join(source, name), "utf8"))}`,
      ).toBe(`${name}: null`);
  });
});
