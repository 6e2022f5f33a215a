import { request } from "node:http";
import { connect } from "node:net";
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AwsError } from "../../src/aws-error.ts";
import { jsonService, startAwsServer } from "../../src/aws-http.ts";
import type { Call, Emulator, Fault } from "../../src/emulator.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { createSns } from "../../src/sns/sns.ts";
import { createSsm } from "../../src/ssm/ssm.ts";
import { credentials, keys } from "../fixed-keys.ts";
import { signedHeaders } from "../signed-headers.ts";
import { daily } from "./started.ts";

let server: Emulator;
let calls: Call[];
let faults: (Fault | undefined)[];
let clients: { scheduler: SchedulerClient; ssm: SSMClient; sns: SNSClient; states: SFNClient };
const clock = () => Date.parse("2026-06-01T12:00:00Z");
const randomUuid = () => "00000000-0000-4000-8000-000000000000";

beforeEach(async () => {
  calls = [];
  faults = [];
  const states = jsonService({
    name: "states",
    prefix: "AWSStepFunctions",
    version: "1.0",
    about: () => ({}),
    handle(operation) {
      if (operation === "ListStateMachines") return { status: 200, body: { stateMachines: [] } };
      throw new AwsError("UnknownOperationException", `no ${operation}`);
    },
  });
  server = await startAwsServer({
    credentials,
    services: [
      createScheduler({ clock, deliver: async () => {} }).service,
      createSsm({ clock, randomUuid }),
      createSns({ clock, randomUuid }).service,
      states,
    ],
    intercept(call) {
      calls.push(call);
      return faults.shift();
    },
  });
  const config = {
    endpoint: server.url,
    region: "us-east-1",
    credentials: { ...keys, accessKeyId: "AKIASELECT" },
    maxAttempts: 1,
  };
  clients = {
    scheduler: new SchedulerClient(config),
    ssm: new SSMClient(config),
    sns: new SNSClient(config),
    states: new SFNClient(config),
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const client of Object.values(clients)) client.destroy();
  await server.close();
});

const topicArn = "arn:aws:sns:us-east-1:000000000000:alerts";
const put = { Name: "/2x2/keys", Value: "secret", Type: "SecureString" } as const;

it("serves every service at one address, and shows each call and its caller", async () => {
  await clients.scheduler.send(new CreateScheduleCommand(daily));
  await clients.ssm.send(new PutParameterCommand(put));
  await clients.sns.send(new CreateTopicCommand({ Name: "alerts" }));
  await clients.sns.send(new PublishCommand({ TopicArn: topicArn, Message: "words" }));
  await clients.states.send(new ListStateMachinesCommand({}));
  const accessKeyId = "AKIASELECT";
  expect(calls).toEqual([
    { service: "scheduler", operation: "CreateSchedule", resource: "default/daily", accessKeyId },
    { service: "ssm", operation: "PutParameter", resource: "/2x2/keys", accessKeyId },
    { service: "sns", operation: "CreateTopic", resource: "alerts", accessKeyId },
    { service: "sns", operation: "Publish", resource: "alerts", accessKeyId },
    { service: "states", operation: "ListStateMachines", accessKeyId },
  ]);
});

describe("intercept", () => {
  it("refuses in the form of each protocol, and nothing takes effect", async () => {
    const refusal: Fault = {
      kind: "refuse",
      status: 429,
      code: "ThrottlingException",
      message: "Rate <exceeded> & so",
    };
    faults = [refusal, refusal, refusal, refusal];
    const expected = expect.objectContaining({
      name: "ThrottlingException",
      message: "Rate <exceeded> & so",
      $metadata: expect.objectContaining({ httpStatusCode: 429 }),
    });
    await expect(clients.scheduler.send(new CreateScheduleCommand(daily))).rejects.toEqual(expected);
    await expect(clients.ssm.send(new PutParameterCommand(put))).rejects.toEqual(expected);
    await expect(clients.sns.send(new CreateTopicCommand({ Name: "alerts" }))).rejects.toEqual(expected);
    await expect(clients.states.send(new ListStateMachinesCommand({}))).rejects.toEqual(expected);
    const publish = clients.sns.send(new PublishCommand({ TopicArn: topicArn, Message: "words" }));
    await expect(publish).rejects.toMatchObject({ name: "NotFoundException" });
    const read = clients.scheduler.send(new GetScheduleCommand({ Name: "daily" }));
    await expect(read).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("cuts before anything took effect", async () => {
    faults = [{ kind: "cut" }];
    await expect(clients.ssm.send(new PutParameterCommand(put))).rejects.toMatchObject({ code: "ECONNRESET" });
    const read = clients.ssm.send(new GetParameterCommand({ Name: put.Name }));
    await expect(read).rejects.toMatchObject({ name: "ParameterNotFound" });
  });

  it("loses the answer of what took effect", async () => {
    faults = [{ kind: "lose-answer" }];
    await expect(clients.ssm.send(new PutParameterCommand(put))).rejects.toMatchObject({ code: "ECONNRESET" });
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: put.Name, WithDecryption: true }));
    expect(Parameter?.Value).toBe("secret");
  });

  it("loses a refusal, too", async () => {
    faults = [{ kind: "lose-answer" }];
    const read = clients.scheduler.send(new GetScheduleCommand({ Name: "daily" }));
    await expect(read).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("shows a failure of the sandbox itself as such", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    faults = [
      new Proxy({} as Fault, {
        get() {
          throw new Error("broken on purpose");
        },
      }),
    ];
    const attempt = clients.ssm.send(new GetParameterCommand({ Name: "x" }));
    await expect(attempt).rejects.toMatchObject({ name: "InternalFailure", message: "broken on purpose" });
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe("what is no call of a service", () => {
  const post = async (body: string, headers: Record<string, string>, service = "ssm") => {
    const request = { url: server.url, service, headers, body, now: Date.now() };
    return fetch(server.url, { method: "POST", body, headers: await signedHeaders(keys, request) });
  };

  it("is refused by name", async () => {
    const answer = await post("{}", { "x-amz-target": "DynamoDB_20120810.GetItem" });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toEqual({
      __type: "NotImplemented",
      message:
        "The sandbox has no service for POST / (DynamoDB_20120810.GetItem); here are scheduler, ssm, sns, states.",
    });
    const unknown = await post("{}", { "x-amz-target": "AmazonSSM.SendCommand" });
    expect(unknown.status).toBe(501);
    expect(await unknown.json()).toEqual({
      __type: "NotImplemented",
      message: "The sandbox's SSM has no SendCommand.",
    });
    const action = await post(
      "Action=Confirm&Version=2010-03-31",
      {
        "content-type": "application/x-www-form-urlencoded",
      },
      "sns",
    );
    expect(action.status).toBe(501);
    expect(await action.text()).toContain("<Code>NotImplemented</Code><Message>The sandbox&apos;s SNS has no Confirm.");
  });

  it.each(["{", "[]", "null", '"text"'])("has a body that is no JSON object: %s", async (body) => {
    const answer = await post(body, { "x-amz-target": "AmazonSSM.GetParameter" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "SerializationException" });
    expect(calls).toEqual([]);
  });

  it("is too large", async () => {
    const answer = await post("x".repeat(16 * 1024 * 1024 + 1), { "x-amz-target": "AmazonSSM.GetParameter" });
    expect(answer.status).toBe(413);
  });

  it("survives a caller who hangs up in the middle", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.write('POST /schedules/daily HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"Name"');
    // The server has read the head when it answers the next request on a connection of its own.
    await clients.states.send(new ListStateMachinesCommand({}));
    socket.destroy();
    await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    await clients.states.send(new ListStateMachinesCommand({}));
    expect(calls.map(({ operation }) => operation)).toEqual(["ListStateMachines", "ListStateMachines"]);
    expect(logged).not.toHaveBeenCalled();
  });
});

it("binds to this machine alone, and closes twice", async () => {
  expect(new URL(server.url).hostname).toBe("127.0.0.1");
  await server.close();
  await server.close();
  const refused = new Promise((_, reject) => request(server.url).once("error", reject).end());
  await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
