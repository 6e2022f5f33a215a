import {
  CreateTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startAwsServer } from "../../src/aws-http.ts";
import { createSns, type Message } from "../../src/sns/sns.ts";
import { credentials, keys } from "../fixed-keys.ts";

async function startSns(options: { onMessage?: (message: Message) => void | Promise<void> } = {}) {
  let ticks = 0;
  const sns = createSns({
    ...options,
    clock: () => Date.parse("2026-06-01T12:00:00Z") + 1000 * ticks++,
    randomUuid: () => `uuid-${ticks}`,
  });
  const server = await startAwsServer({ credentials, services: [sns.service] });
  const client = new SNSClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
  return {
    sns,
    client,
    publish: (input: Partial<PublishCommandInput> = {}) =>
      client.send(new PublishCommand({ TopicArn: topicArn, Message: "words", ...input })),
    async stop() {
      client.destroy();
      await server.close();
    },
  };
}

const topicArn = "arn:aws:sns:us-east-1:000000000000:alerts";
const received: Message[] = [];
let sandbox: Awaited<ReturnType<typeof startSns>>;
beforeEach(async () => {
  received.length = 0;
  sandbox = await startSns({ onMessage: (message) => void received.push(message) });
  await sandbox.client.send(new CreateTopicCommand({ Name: "alerts" }));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sandbox.stop();
});

const refusal = (name: string, message: string) =>
  expect.objectContaining({ name, message: expect.stringContaining(message) });
const invalid = (message: string) => refusal("InvalidParameterException", message);

describe("topics", () => {
  it("are made once under one name", async () => {
    const { TopicArn } = await sandbox.client.send(new CreateTopicCommand({ Name: "alerts" }));
    expect(TopicArn).toBe(topicArn);
    const other = await sandbox.client.send(new CreateTopicCommand({ Name: "other_Topic-2" }));
    expect(other.TopicArn).toBe("arn:aws:sns:us-east-1:000000000000:other_Topic-2");
  });

  it.each(["", "with space", "a".repeat(257), "a.b"])("are not named %j", async (Name) => {
    await expect(sandbox.client.send(new CreateTopicCommand({ Name }))).rejects.toEqual(invalid("Topic Name"));
  });

  it("are not listed, which is said by name", async () => {
    await expect(sandbox.client.send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: "NotImplemented",
      message: "The sandbox's SNS has no ListTopics.",
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("Publish", () => {
  it("keeps the message and hands it on", async () => {
    const message = 'Square <1> & "2"\r\nwas not posted: später';
    const { MessageId } = await sandbox.publish({ Subject: "2x2: Rejected, square 01", Message: message });
    const expected = {
      id: MessageId,
      topicArn,
      subject: "2x2: Rejected, square 01",
      message,
      publishedAt: "2026-06-01T12:00:00.000Z",
    };
    expect(sandbox.sns.messages()).toEqual([expected]);
    expect(received).toEqual([expected]);
    await sandbox.publish();
    expect(sandbox.sns.messages().map(({ subject, message }) => [subject, message])).toEqual([
      ["2x2: Rejected, square 01", message],
      [undefined, "words"],
    ]);
  });

  it("takes the longest subject and the largest message", async () => {
    await sandbox.publish({ Subject: "x".repeat(100), Message: "é".repeat(128 * 1024) });
    expect(received[0]?.message).toHaveLength(128 * 1024);
  });

  it.each<[string, Partial<PublishCommandInput>]>([
    ["Subject", { Subject: "x".repeat(101) }],
    ["Subject", { Subject: "two\nlines" }],
    ["Subject", { Subject: "später" }],
    ["Subject", { Subject: "" }],
    ["Subject", { Subject: " space first" }],
    ["Empty message", { Message: "" }],
    ["Message too long", { Message: `${"x".repeat(256 * 1024)}x` }],
    ["MessageStructure", { MessageStructure: "json", Message: '{"default":"x"}' }],
    ["TopicArn", { TopicArn: undefined }],
  ])("refuses with %s", async (message, input) => {
    await expect(sandbox.publish(input)).rejects.toEqual(invalid(`Invalid parameter: ${message}`));
    expect(sandbox.sns.messages()).toEqual([]);
    expect(received).toEqual([]);
  });

  it("names a topic that does not exist", async () => {
    const attempt = sandbox.publish({ TopicArn: `${topicArn}x` });
    await expect(attempt).rejects.toEqual(refusal("NotFoundException", "Topic does not exist"));
  });

  it("fails where handing on fails, and the message is kept all the same", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const failing = await startSns({ onMessage: () => Promise.reject(new Error("mailbox is gone")) });
    await failing.client.send(new CreateTopicCommand({ Name: "alerts" }));
    await expect(failing.publish()).rejects.toMatchObject({ message: "mailbox is gone" });
    expect(failing.sns.messages()).toHaveLength(1);
    expect(logged).toHaveBeenCalledOnce();
    await failing.stop();
  });
});

describe("Subscribe", () => {
  const subscribe = (Protocol: string, Endpoint: string, TopicArn = topicArn) =>
    sandbox.client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));

  it("takes an address of mail, which stays to be confirmed", async () => {
    for (const _ of [1, 2])
      expect((await subscribe("email", "artist@example.com")).SubscriptionArn).toBe("pending confirmation");
  });

  it("refuses what SNS could not reach", async () => {
    await expect(subscribe("sqs", "arn:aws:sqs:us-east-1:000000000000:mail")).rejects.toEqual(invalid("email alone"));
    await expect(subscribe("email", "nobody")).rejects.toEqual(invalid("Endpoint"));
    const elsewhere = subscribe("email", "artist@example.com", `${topicArn}x`);
    await expect(elsewhere).rejects.toEqual(refusal("NotFoundException", "Topic does not exist"));
  });
});
