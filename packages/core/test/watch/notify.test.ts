import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tell } from "@twobytwo/core/watch/alerts";
import { describeFailure, notify } from "@twobytwo/core/watch/notify";
import { startAwsServer } from "@twobytwo/sandbox/aws-http";
import { createSns } from "@twobytwo/sandbox/sns/sns";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const failure = { error: "NoCredits", message: "Buy some.", squareId: "a", squareStatus: "queued" };

describe("the mail of a failed run", () => {
  it("says what failed, where the square is, and which execution it was", () => {
    expect(describeFailure(failure, "run-1")).toEqual({
      subject: "2x2: NoCredits, square a",
      message: "Buy some.\n\nThe square is back in the queue, in its place.\n\nExecution: run-1",
    });
  });

  it.each([
    ["posted", "The square was posted; only a later step failed."],
    ["withdrawn", "The square is withdrawn."],
    ["gone", "The square is no longer in the table."],
    [null, "It is not known where the square is now: `2x2 show a` shows it."],
  ])("says what is next of a square that is %s", (squareStatus, sentence) => {
    expect(describeFailure({ ...failure, squareStatus }, "run-1").message.split("\n\n")[1]).toBe(sentence);
  });

  it.each([
    ["Rejected", "X refuses the post (HTTP 403).", "fix what is wrong with it"],
    ["MediaMissing", "It is not in the bucket.", "fix what is wrong with it"],
    ["UnknownOutcome", "It may have been posted.", "it may have been posted. Check whether it was"],
    ["NotAuthorized", "X does not accept the keys.", "it may have been posted. Check whether it was"],
    ["Rejected", "X refuses the read (HTTP 400).", "it may have been posted. Check whether it was"],
    ["States.Timeout", "States.Timeout, without a message", "it may have been posted. Check whether it was"],
  ])("says of a square that is held after %s, %s, what is known", (error, message, words) => {
    const held = { ...failure, error, message, squareStatus: "review" };
    expect(describeFailure(held, "run-1").message).toContain(words);
    expect(describeFailure(held, "run-1").message).toContain(`\`2x2 review ${failure.squareId}\``);
    const shows = "shows it beside the account's posts (in the web app: at the top of the wall)";
    expect(describeFailure(held, "run-1").message.includes(shows)).toBe(words.startsWith("it may have been posted"));
  });

  it("says what comes next by itself, and how to have it sooner", () => {
    const last = (more: object) =>
      describeFailure({ ...failure, ...more }, "run-1")
        .message.split("\n\n")
        .at(-2);
    const until = "2026-11-25T17:00:00.000Z";
    expect(last({ concerns: "every square", pause: { until } })).toBe(
      `Nothing is posted until ${until}. Then one square is tried again, and you are told when posting goes on. To try earlier, \`2x2 resume\` ends the pause, and the next slot tries again; \`2x2 post next\` tries one square at once.`,
    );
    expect(last({ concerns: "every square", pause: { until: null } })).toMatch(/^The square is back in the queue/);
    expect(last({ concerns: "this square" })).toMatch(/^The run goes on with the next square/);
    expect(last({ concerns: "this run" })).toMatch(/^The square is back in the queue/);
  });

  it("says nothing of a square where there is none", () => {
    expect(describeFailure({ ...failure, squareId: null, squareStatus: null }, "run-1")).toEqual({
      subject: "2x2: NoCredits, no square",
      message: "Buy some.\n\nExecution: run-1",
    });
  });

  it("has a subject that SNS takes: one line of 100 ASCII characters", () => {
    const { subject } = describeFailure({ ...failure, squareId: `\u00e9\n${"x".repeat(200)}` }, "run-1");
    expect(subject).toBe(`2x2: NoCredits, square  ${"x".repeat(76)}`);
  });
});

describe("the topic of the owner", () => {
  let sns: ReturnType<typeof createSns>;
  let client: SNSClient;
  let close: () => Promise<void>;
  beforeEach(async () => {
    sns = createSns({ clock: () => 0, randomUuid: () => "uuid" });
    const server = await startAwsServer({ credentials, services: [sns.service] });
    client = new SNSClient({ endpoint: server.url, region: "us-east-1", credentials: keys, maxAttempts: 1 });
    close = () => server.close();
  });
  afterEach(async () => {
    client.destroy();
    await close();
  });

  it("gets the mail of a failed run, and any other on one line", async () => {
    const { TopicArn: topicArn = "" } = await client.send(new CreateTopicCommand({ Name: "owner" }));
    const alerts = { client, topicArn };
    // No stop is to be noted, and so no table is asked.
    const ports = { alerts, table: { client: {} as DynamoDBDocumentClient, name: "none" }, clock: () => 0 };
    expect(await notify(ports, { failure, execution: "run-1" })).toEqual({ told: true });
    expect(await notify({ ...ports, alerts: undefined }, { failure, execution: "run-1" })).toEqual({ told: false });
    await tell(alerts, { subject: "Two\nlines", message: "Words." });
    expect(sns.messages()).toMatchObject([
      { topicArn, subject: "2x2: NoCredits, square a", message: expect.stringContaining("Execution: run-1") },
      { topicArn, subject: "Two lines", message: "Words." },
    ]);
  });
});
