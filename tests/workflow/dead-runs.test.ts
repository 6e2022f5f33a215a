import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/posting/claim";
import { leaseMs } from "@twobytwo/core/posting/lease";
import { files, openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let number = 0;
let before = 0;
const hour = 60 * 60 * 1000;

beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.sandbox.x.reset({ keepPosts: true });
  before = stage.sandbox.x.posts().length;
  number += 1;
});
afterAll(() => stage.close());

const add = (name: string) => stage.add(files[0], { title: name, unlike: `${name} ${number}` });
const posts = () => stage.sandbox.x.posts().slice(before);

/** As if the run had done this so long ago. */
async function age(id: string, ms: number) {
  const at = new Date(Date.now() - ms).toISOString();
  await stage.ports.table.client.send(
    new UpdateCommand({
      TableName: stage.ports.table.name,
      Key: { id },
      UpdateExpression: "SET claimedAt = :at, sortKey = :at, sentAt = :at, resendUntil = :at",
      ExpressionAttributeValues: { ":at": at },
    }),
  );
}

/** A run that dies as it posts: before X heard of it, or after. */
async function dieWhilePosting(id: string, { heard }: { heard: boolean }) {
  stage.sandbox.x.inject({ kind: "hang", afterEffect: heard, operation: "POST /2/tweets" });
  const { stepFunctions } = stage.sandbox;
  const machineArn = stepFunctions.machines[0]?.arn ?? "";
  const { executionArn } = stepFunctions.start({ machineArn, input: { squareId: id } });
  await stage.sandbox.x.held();
  stepFunctions.stop(executionArn);
  await stage.sandbox.lambda.kill("twobytwo-sandbox-tweet");
  stage.sandbox.x.release();
  expect((await stage.square(id)).status).toBe("posting");
}

describe("a claim whose run died", () => {
  it("is put back by the next run when its lease is over, and not before", async () => {
    const square = await add("claimed");
    await claimNext(stage.ports.table, { execution: "arn:dead", squareId: square.id, now: Date.now() - hour });
    expect((await stage.run()).output).toMatchObject({ outcome: "empty" });
    expect(await stage.scheduleState()).toBe("ENABLED");
    await age(square.id, leaseMs + 1000);
    const run = await stage.run();
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
    expect(await stage.square(square.id)).toMatchObject({ attempts: 2 });
    expect(await stage.scheduleState()).toBe("DISABLED");
  });

  it("is marked posted when its post is found, and the run goes on with a square of its own", async () => {
    const dead = await add("posted, unmarked");
    await dieWhilePosting(dead.id, { heard: true });
    const own = await add("own");
    await age(dead.id, leaseMs + 1000);
    const run = await stage.run({ scheduledTime: new Date(Date.now() - number).toISOString() });
    expect(run.states.filter((state) => state === "Select square")).toHaveLength(2);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: own.id });
    expect(await stage.square(dead.id)).toMatchObject({ status: "posted", tweetId: posts()[0]?.id });
    expect(posts()).toHaveLength(2);
  });

  it.each([
    ["the artist has taken it down by hand", { heard: true }, 3 * hour],
    ["X never heard of it", { heard: false }, 3 * hour],
    ["X never heard of it, and days have passed", { heard: false }, 50 * hour],
  ])("is held for a person where %s: not to be seen is no proof", async (_, how, ms) => {
    const dead = await add("not to be seen");
    await dieWhilePosting(dead.id, how);
    if (how.heard) await stage.sandbox.x.deleteByHand(posts()[0]?.id ?? "");
    const own = await add("own");
    await age(dead.id, ms);
    const run = await stage.run({ scheduledTime: new Date(Date.now() - number).toISOString() });
    expect(run.states.filter((state) => state === "Reconcile")).toHaveLength(1);
    expect(await stage.square(dead.id)).toMatchObject({
      status: "review",
      lastError: { name: "UnknownOutcome", message: expect.stringMatching(/It may have been posted.*`2x2 review/) },
    });
    // The slot is this run's own all the same, and the owner knows of the other square.
    expect(run.states).toContain("Notify");
    expect(run.output).toMatchObject({ outcome: "posted", squareId: own.id });
    expect(posts().map(({ id }) => id)).toEqual([(await stage.square(own.id)).tweetId]);
  });

  it("is found behind twenty posts that somebody wrote by hand", async () => {
    const dead = await add("buried");
    await dieWhilePosting(dead.id, { heard: true });
    await stage.sandbox.x.writeByHand(120);
    await age(dead.id, 25 * hour);
    await stage.run();
    expect(await stage.square(dead.id)).toMatchObject({ status: "posted", tweetId: posts()[0]?.id });
  });

  it("does not stand in the way of the square that somebody wants posted now", async () => {
    const dead = await add("in the way");
    await dieWhilePosting(dead.id, { heard: false });
    await add("before it");
    const asked = await add("asked for");
    await age(dead.id, 3 * hour);
    const run = await stage.run({ squareId: asked.id });
    expect(run.output).toMatchObject({ outcome: "posted", squareId: asked.id });
    expect((await stage.square(dead.id)).status).toBe("review");
    await stage.run();
  });

  it("loses its square to the run that took over: what it still writes is refused", async () => {
    const square = await add("slow");
    stage.sandbox.x.inject({ kind: "hang", operation: "POST /2/media/upload" });
    const slow = stage.run({ squareId: square.id });
    await stage.sandbox.x.held();
    await age(square.id, leaseMs + 1000);
    expect((await stage.run()).output).toMatchObject({ outcome: "posted", squareId: square.id });
    stage.sandbox.x.release();
    const run = await slow;
    expect(run).toMatchObject({
      status: "FAILED",
      error: "Rejected",
      cause: expect.stringMatching(/is posted, claimed by/),
    });
    expect((await stage.square(square.id)).status).toBe("posted");
    expect(posts()).toHaveLength(1);
  });
});

describe("slots that arrive late", () => {
  it("post once, however many an outage has gathered", async () => {
    await Promise.all(["one", "two", "three"].map(add));
    const late = (hours: number) => ({ scheduledTime: new Date(Date.now() - hours * hour).toISOString() });
    const runs = await Promise.all([stage.run(late(5)), stage.run(late(4)), stage.run(late(3))]);
    expect(runs.map(({ output }) => (output as { outcome: string }).outcome).sort()).toEqual([
      "already-ran",
      "already-ran",
      "posted",
    ]);
    expect((await stage.run({ scheduledTime: new Date().toISOString() })).output).toMatchObject({ outcome: "posted" });
    expect(posts()).toHaveLength(2);
    await stage.run();
  });
});
