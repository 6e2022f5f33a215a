import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/claim";
import { leaseMs } from "@twobytwo/core/lease";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { files, openStage, type Stage } from "./stage.ts";

let stage: Stage;
let number = 0;
const hour = 60 * 60 * 1000;

beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.sandbox.x.reset();
  number += 1;
});
afterAll(() => stage.close());

const add = (name: string) => stage.add(files[0], { title: name, unlike: `${name} ${number}` });
const posts = () => stage.sandbox.x.posts();

/** As if the run had done this so long ago. */
async function age(id: string, ms: number) {
  const at = new Date(Date.now() - ms).toISOString();
  await stage.ports.table.client.send(
    new UpdateCommand({
      TableName: stage.ports.table.name,
      Key: { id },
      UpdateExpression: "SET claimedAt = :at, sortKey = :at",
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
  await stage.sandbox.lambda.kill();
  stage.sandbox.x.release("drop");
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

  it("is sent again with the very same media where X never heard of it: this run's post, and no other", async () => {
    const dead = await add("never heard");
    await dieWhilePosting(dead.id, { heard: false });
    const own = await add("own");
    await age(dead.id, leaseMs + 1000);
    const scheduledTime = new Date(Date.now() - number).toISOString();
    const run = await stage.run({ scheduledTime });
    expect(run.states).not.toContain("Fetch media");
    expect(run.output).toMatchObject({ outcome: "posted", squareId: dead.id });
    expect(posts()).toHaveLength(1);
    expect((await stage.run({ scheduledTime })).output).toMatchObject({ outcome: "already-ran" });
    expect((await stage.run()).output).toMatchObject({ outcome: "posted", squareId: own.id });
  });

  it("goes back to the queue after twelve hours without a trace, when X would take a second one", async () => {
    const dead = await add("long ago");
    await dieWhilePosting(dead.id, { heard: false });
    await age(dead.id, 13 * hour);
    const run = await stage.run();
    expect(run.states.slice(0, 6)).toEqual([
      "Select square",
      "Square selected?",
      "Reconcile",
      "Is it out?",
      "Select square again",
      "Select square",
    ]);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: dead.id });
    expect(run.states).toContain("Fetch media");
    expect(posts()).toHaveLength(1);
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
      cause: expect.stringMatching(/is posted, held by/),
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
