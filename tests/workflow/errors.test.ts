import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { readPause, removePause } from "@twobytwo/core/schedule/pause";
import { resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { names } from "@twobytwo/sandbox/names";
import { openStage, type Run, type Stage } from "@twobytwo/sandbox/test/stage";
import type { XFault } from "@twobytwo/sandbox/x/faults";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let number = 0;

beforeAll(async () => {
  stage = await openStage();
});
let before = 0;
beforeEach(async () => {
  // What the table knows to be posted, the account shows: without, no look would be complete.
  await stage.sandbox.x.reset({ keepPosts: true });
  before = stage.sandbox.x.posts().length;
  await resumeSchedule({ ...stage.ports, clock: Date.now });
  number += 1;
});
afterAll(() => stage.close());

/** A square of its own for each test, and a run that posts it. */
async function runWith(faults: XFault[], words: { caption?: string; altText?: string } = {}) {
  const square = await stage.add(undefined, { title: `Square ${number}`, unlike: `${number}` });
  // Adding refuses words that X would refuse; another program that writes rows may not.
  for (const [name, value] of Object.entries(words))
    await stage.ports.table.client.send(
      new UpdateCommand({
        TableName: stage.ports.table.name,
        Key: { id: square.id },
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": value },
      }),
    );
  stage.sandbox.x.inject(...faults);
  const run = await stage.run({ squareId: square.id });
  return { run, id: square.id, square: await stage.square(square.id) };
}

const attempts = (run: Run, state: string) =>
  run.lines
    .filter((line) => line.state === state)
    .flatMap((line) => line.attempts.map(({ outcome, error }) => error ?? outcome));
const newPosts = () => stage.sandbox.x.posts().slice(before);
const posts = () => newPosts().length;
const mail = () => stage.sandbox.sns.messages().at(-1);

function expectReleased(run: Run, square: { status: string; lastError?: unknown }, name: string, message: RegExp) {
  expect(run).toMatchObject({ status: "FAILED", error: name, cause: expect.stringMatching(message) });
  const ends = run.states.slice(run.states.indexOf("Release square"));
  const pauses = name === "NotAuthorized" || name === "NoCredits" || name === "WrongAddress";
  expect(ends).toEqual([
    "Release square",
    "What does it concern?",
    ...(pauses ? ["Pause schedule", "Told already?"] : []),
    "Notify",
    "Go on with the next?",
    "Failed",
  ]);
  expect(square).toMatchObject({
    status: "queued",
    lastError: { name, message: expect.stringMatching(message), execution: run.executionArn },
  });
  expect(mail()).toMatchObject({
    subject: expect.stringContaining(name),
    message: expect.stringMatching(/back in the queue/),
  });
}

function expectHeld(run: Run, square: { status: string; lastError?: unknown }, name: string, message: RegExp) {
  expect(run).toMatchObject({ status: "FAILED", error: name, cause: expect.stringMatching(message) });
  expect(run.states.slice(-5)).toEqual([
    "Hold for review",
    "What does it concern?",
    "Notify",
    "Go on with the next?",
    "Failed",
  ]);
  expect(square).toMatchObject({
    status: "review",
    lastError: { name, message: expect.stringMatching(message), execution: run.executionArn },
  });
  expect(mail()).toMatchObject({
    subject: expect.stringContaining(name),
    message: expect.stringMatching(/held for review/),
  });
}

describe("Retryable", () => {
  it("is tried again, and the run ends as if nothing had been", async () => {
    const upload = { operation: "POST /2/media/upload" } as const;
    const { run, square } = await runWith([
      { kind: "server-error", status: 503, body: "text", ...upload },
      { kind: "cut", ...upload },
    ]);
    expect(attempts(run, "Fetch media")).toEqual(["Retryable", "Retryable", "succeeded"]);
    expect(run.output).toMatchObject({ outcome: "posted" });
    expect(square.status).toBe("posted");
    expect(posts()).toBe(1);
  });

  it("ends after the retries that are declared, with the square where it stood in the queue", async () => {
    const { run, square } = await runWith([
      { kind: "server-error", status: 502, operation: "POST /2/media/upload", times: "always" },
    ]);
    expect(attempts(run, "Fetch media")).toEqual(Array(5).fill("Retryable"));
    expectReleased(run, square, "Retryable", /X failed at the upload \(HTTP 502/);
    expect(posts()).toBe(0);
  });
});

describe("RateLimited", () => {
  it.each(["POST /2/media/upload", "POST /2/tweets"] as const)(
    "of %s is waited out in the open, and the run goes on",
    async (operation) => {
      const { run, square } = await runWith([{ kind: "rate-limited", operation, resetAfterSecs: 600 }]);
      expect(run.states).toContain("Wait for the rate limit");
      expect(run.output).toMatchObject({ outcome: "posted" });
      expect(square.status).toBe("posted");
      const limit = run.lines.find(({ state }) => state === "Note the reset time")?.output as {
        limit: { until: string };
      };
      expect(Date.parse(limit.limit.until) - Date.now()).toBeGreaterThan(500_000);
      const wait = run.lines.findIndex(({ state }) => state === "Wait for the rate limit");
      expect(run.states[wait + 2]).toBe(operation === "POST /2/tweets" ? "Tweet" : "Fetch media");
      expect(posts()).toBe(1);
    },
  );

  it("outlasts the media: it is uploaded anew before the tweet", async () => {
    stage.sandbox.x.configure({ mediaExpiresAfterSecs: 300 });
    const { run } = await runWith([{ kind: "rate-limited", operation: "POST /2/tweets", resetAfterSecs: 600 }]);
    const wait = run.states.indexOf("Wait for the rate limit");
    expect(run.states.slice(wait, wait + 4)).toEqual([
      "Wait for the rate limit",
      "Media still good?",
      "Fetch media",
      "Tweet",
    ]);
    expect(run.output).toMatchObject({ outcome: "posted" });
    expect(posts()).toBe(1);
  });

  it("is waited for three times and no more", async () => {
    const { run, square } = await runWith([
      { kind: "rate-limited", operation: "POST /2/tweets", times: "always", headers: false, form: "legacy" },
    ]);
    expect(run.states.filter((state) => state === "Wait for the rate limit")).toHaveLength(3);
    expectReleased(
      run,
      square,
      "RateLimited",
      /rate limit for the post is used up \(HTTP 429, "Rate limit exceeded"\); next try at </,
    );
    expect(posts()).toBe(0);
  });
});

describe("Rejected", () => {
  it("is a caption of 300 characters: said before anything is sent, and held", async () => {
    const { run, square } = await runWith([], { caption: "x".repeat(300) });
    expectHeld(run, square, "Rejected", /counts as 300 characters, and X accepts 280: shorten the caption/);
    expect(stage.sandbox.x.calls().some(({ operation }) => operation === "POST /2/tweets")).toBe(false);
  });

  it("is an alt text that X refuses", async () => {
    const { run, square } = await runWith([], { altText: "x".repeat(1001) });
    expectHeld(run, square, "Rejected", /X refuses the alt text \(HTTP 400/);
  });

  it("is a square that is not there", async () => {
    const run = await stage.run({ squareId: "nothing" });
    expect(run).toMatchObject({
      status: "FAILED",
      error: "Rejected",
      cause: expect.stringMatching(/no square nothing/),
    });
  });

  it("is an input that nobody can read, and nothing is claimed", async () => {
    const before = await stage.stock();
    const run = await stage.run({ scheduledTime: "tomorrow" });
    expect(run).toMatchObject({ status: "FAILED", error: "Rejected", cause: expect.stringMatching(/scheduledTime/) });
    expect(await stage.stock()).toEqual(before);
  });
});

describe("MediaInvalid", () => {
  it("of a tweet is answered with one fresh upload", async () => {
    const { run, square } = await runWith([{ kind: "invalid-media", operation: "POST /2/tweets" }]);
    expect(run.states.filter((state) => state === "Fetch media")).toHaveLength(2);
    expect(run.output).toMatchObject({ outcome: "posted" });
    expect(square.status).toBe("posted");
    expect(posts()).toBe(1);
  });

  it("of a tweet twice is held", async () => {
    const { run, square } = await runWith([{ kind: "invalid-media", operation: "POST /2/tweets", times: "always" }]);
    expect(run.states.filter((state) => state === "Fetch media")).toHaveLength(2);
    expectHeld(run, square, "MediaInvalid", /X does not accept the picture \(HTTP 400, "Your media IDs are invalid/);
  });

  it.each([
    [
      "a text file named .jpg",
      Buffer.from("Dear X, I am a picture.\n"),
      /is not a JPEG, PNG, WebP or GIF \(it starts with "Dear X, I am/,
    ],
    ["an empty file", Buffer.alloc(0), /the file is empty/],
    [
      "a picture of 9 MB",
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(9 * 1024 * 1024)]),
      /is 9\.0 MB, and X accepts at most 5\.0 MB/,
    ],
  ])("is %s in the bucket: held, and X is not asked", async (_, bytes, message) => {
    const square = await stage.add(undefined, { unlike: `bad ${number}` });
    await stage.ports.bucket.client.send(
      new PutObjectCommand({ Bucket: names.bucket, Key: square.objectKey, Body: bytes }),
    );
    const run = await stage.run({ squareId: square.id });
    expectHeld(run, await stage.square(square.id), "MediaInvalid", message);
    expect(stage.sandbox.x.calls()).toEqual([]);
  });
});

describe("MediaMissing", () => {
  it("is a square whose object is gone: held, by name", async () => {
    const square = await stage.add(undefined, { unlike: `gone ${number}` });
    await stage.ports.bucket.client.send(new DeleteObjectCommand({ Bucket: names.bucket, Key: square.objectKey }));
    const run = await stage.run({ squareId: square.id });
    expectHeld(
      run,
      await stage.square(square.id),
      "MediaMissing",
      new RegExp(`${square.objectKey} does not exist: add the picture again`),
    );
  });
});

describe("NotAuthorized", () => {
  const post = { operation: "POST /2/tweets" } as const;
  it.each<[XFault, RegExp]>([
    [{ kind: "unauthorized", operation: "POST /2/media/upload" }, /does not accept the keys \(HTTP 401/],
    [{ kind: "unauthorized", ...post }, /does not accept the keys \(HTTP 401/],
    [{ kind: "oauth1-permissions", ...post }, /are read-only .* "Read and write", then create a new access token/],
    [{ kind: "client-not-enrolled", ...post }, /not enrolled .*client-not-enrolled/],
    [{ kind: "user-not-enrolled", ...post }, /not enrolled .*user-not-enrolled/],
    [{ kind: "user-suspended", ...post }, /has suspended the account/],
  ])("as %j puts the square back and says the way out", async (fault, message) => {
    const { run, square } = await runWith([fault]);
    expectReleased(run, square, "NotAuthorized", message);
    expect(posts()).toBe(0);
  });

  it.each([
    [
      "wrong keys",
      { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "1-c", ACCESS_TOKEN_SECRET: "d" },
      /does not accept the keys \(HTTP 401/,
    ],
    [
      "a missing key",
      { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "1-c" },
      /x-credentials lacks ACCESS_TOKEN_SECRET: write all four/,
    ],
  ])("is %s, which a warm function forgets: the next run has the right ones", async (_, keys, message) => {
    const square = await stage.add(undefined, { unlike: `keys ${number}` });
    const right = await stage.credentials();
    const put = (value: object) =>
      stage.sandbox.clients.ssm.send(
        new PutParameterCommand({
          Name: names.credentials,
          Type: "SecureString",
          Value: JSON.stringify(value),
          Overwrite: true,
        }),
      );
    await put(keys);
    const run = await stage.run({ squareId: square.id });
    await put(right);
    expect(run).toMatchObject({ status: "FAILED", error: "NotAuthorized", cause: expect.stringMatching(message) });
    expect((await stage.square(square.id)).status).toBe("queued");
    const next = await stage.run({ squareId: square.id });
    expect(next).toMatchObject({ output: { outcome: "posted", squareId: square.id } });
  });
});

describe("WrongAddress", () => {
  it.each([404, 405, 410, 415] as const)(
    "as %i of the upload blames neither the picture nor the keys: nothing is held, and the schedule pauses",
    async (status) => {
      const upload = { operation: "POST /2/media/upload" } as const;
      const { run, square } = await runWith([{ kind: "wrong-address", status, ...upload }]);
      expectReleased(run, square, "WrongAddress", /neither the square nor the keys are the cause/);
      expect(await readPause(stage.ports.table)).toMatchObject({ pausedBy: "workflow", error: "WrongAddress" });
      expect(posts()).toBe(0);
    },
  );
});

describe("NoCredits", () => {
  it.each<[XFault, RegExp]>([
    [{ kind: "credits-depleted" }, /no credits left .*HTTP 402, "credits depleted"/],
    [{ kind: "credits-depleted", form: "old" }, /no credits left .*HTTP 402/],
    [{ kind: "spend-cap" }, /spending limit of this cycle/],
    [{ kind: "spend-cap", form: "old" }, /spending limit of this cycle/],
  ])("as %j puts the square back", async (fault, message) => {
    const { run, square } = await runWith([{ ...fault, operation: "POST /2/tweets" }]);
    expectReleased(run, square, "NoCredits", message);
    expect(posts()).toBe(0);
  });
});

describe("UnknownOutcome", () => {
  const operation = "POST /2/tweets" as const;
  it.each<[XFault, "resent" | "found"]>([
    [{ kind: "cut", operation }, "resent"],
    [{ kind: "lost-answer", operation }, "found"],
    [{ kind: "cut-answer", operation }, "found"],
    [{ kind: "malformed", operation }, "found"],
    [{ kind: "server-error", status: 500, body: "html", operation }, "resent"],
    [{ kind: "server-error", status: 504, body: "empty", afterEffect: true, operation }, "found"],
  ])("as %j is looked for before anything else happens, and then %s: one post", async (fault, how) => {
    const { run, square } = await runWith([fault]);
    const looked = run.states.indexOf("Wait for the timeline");
    expect(attempts(run, "Tweet")[0]).toBe("UnknownOutcome");
    expect(run.states.slice(looked, looked + 3)).toEqual(["Wait for the timeline", "Reconcile", "Is it out?"]);
    expect(run.states[looked + 3]).toBe(how === "found" ? "Take the post found" : "Looked often enough?");
    expect(run.states.filter((state) => state === "Reconcile")).toHaveLength(how === "found" ? 1 : 3);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id, tweetId: square.tweetId });
    expect(run.states.filter((state) => state === "Fetch media")).toHaveLength(1);
    expect(newPosts().map(({ id }) => id)).toEqual([square.tweetId]);
  });

  it("with a timeline that lags is found at the next look, and nothing is sent again before", async () => {
    stage.sandbox.x.configure({ timelineLag: { reads: 1 } });
    const { run, square } = await runWith([{ kind: "lost-answer", operation }]);
    expect(attempts(run, "Tweet")).toEqual(["UnknownOutcome"]);
    const looks = run.lines
      .filter(({ state }) => state === "Plan a look")
      .map(({ output }) => (output as { look: { seconds: number } }).look.seconds);
    expect(looks).toEqual([30, 120]);
    expect(run.output).toMatchObject({ outcome: "posted", tweetId: square.tweetId });
    expect(posts()).toBe(1);
  });

  it("with a timeline that never shows it is held, with all that is known, and posted once", async () => {
    stage.sandbox.x.configure({ timelineLag: { reads: 99 } });
    const { run, square } = await runWith([{ kind: "lost-answer", operation }]);
    expect(run.states.filter((state) => state === "Tweet")).toHaveLength(2);
    expect(run.states.filter((state) => state === "Reconcile")).toHaveLength(6);
    expectHeld(run, square, "UnknownOutcome", /was sent at .* \(and once again, exactly the same\).*`2x2 review/);
    expect(square.tweetBody).toBe(`{"text":"${square.title}","media":{"media_ids":["${square.mediaId}"]}}`);
    expect(posts()).toBe(1);
  });

  it("is what a Lambda leaves that dies while X answers", async () => {
    const square = await stage.add(undefined, { unlike: `dies ${number}` });
    stage.sandbox.x.inject({ kind: "hang", afterEffect: true, operation });
    const running = stage.run({ squareId: square.id });
    await stage.sandbox.x.held();
    await stage.sandbox.lambda.kill("twobytwo-sandbox-tweet");
    stage.sandbox.x.release();
    const run = await running;
    expect(attempts(run, "Tweet")).toEqual(["Runtime.ExitError"]);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
    expect(posts()).toBe(1);
  });

  it("is sent twice again at the most, each time after a round of looks, and then held", async () => {
    const { run, square } = await runWith([{ kind: "cut", operation, times: "always" }]);
    expect(run.states.filter((state) => state === "Tweet")).toHaveLength(3);
    expect(run.states.filter((state) => state === "Reconcile")).toHaveLength(9);
    expectHeld(run, square, "UnknownOutcome", /\(and twice again, exactly the same\)/);
    expect(posts()).toBe(0);
  });

  it("is never stepped back from: what X refuses at the second try may have been posted at the first", async () => {
    stage.sandbox.x.configure({ timelineLag: { reads: 99 } });
    const { run, square } = await runWith([
      { kind: "lost-answer", operation },
      { kind: "forbidden", operation, times: "always" },
    ]);
    expect(attempts(run, "Tweet")).toEqual(["UnknownOutcome", "UnknownOutcome", "UnknownOutcome"]);
    expectHeld(run, square, "UnknownOutcome", /The account's posts did not show it/);
    expect(posts()).toBe(1);
  });
});

const hour = 60 * 60 * 1000;

describe("keys and credits", () => {
  it("that fail again are told once: the run ends without another mail, and the pause moves on", async () => {
    const fault: XFault = { kind: "credits-depleted", operation: "POST /2/tweets" };
    await runWith([fault]);
    const mails = stage.sandbox.sns.messages().length;
    number += 100;
    const { run } = await runWith([fault]);
    expect(run.states.slice(-3)).toEqual(["Pause schedule", "Told already?", "Failed"]);
    expect(stage.sandbox.sns.messages()).toHaveLength(mails);
    number += 100;
    const other = await runWith([{ kind: "unauthorized", operation: "POST /2/tweets" }]);
    expect(other.run.states).toContain("Notify");
  });

  it.each<XFault>([
    { kind: "credits-depleted", operation: "POST /2/tweets" },
    { kind: "unauthorized", operation: "POST /2/media/upload" },
  ])(
    "are for a person to mend: as %j the schedule pauses with the reason, and one square is tried again after a day",
    async (fault) => {
      const { run } = await runWith([fault]);
      const pause = await readPause(stage.ports.table);
      expect(pause).toMatchObject({ pausedBy: "workflow", reason: run.cause, error: run.error });
      // To the second, since the scheduler may keep no more of a time.
      const end = Math.ceil((Date.parse(pause?.pausedAt ?? "") + 23 * hour) / 1000) * 1000;
      expect(pause?.until).toBe(new Date(end).toISOString());
      expect(mail()?.message).toContain(pause?.until);
      // Awake, so that the scheduler goes on by itself, and silent until then.
      expect(await stage.scheduleState()).toBe("ENABLED");
      await stage.add(undefined, { unlike: `burns nothing ${number}` });
      expect(await readPause(stage.ports.table)).toEqual(pause);
    },
  );

  it("leave a person's own pause as it is", async () => {
    await stage.pauseByPerson();
    await runWith([{ kind: "credits-depleted", operation: "POST /2/tweets" }]);
    expect(await readPause(stage.ports.table)).toEqual({ pausedBy: "person" });
    await removePause(stage.ports.table);
  });
});
