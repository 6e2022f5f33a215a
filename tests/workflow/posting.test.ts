import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { names } from "@twobytwo/sandbox/names";
import { files, openStage, picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let twice = false;
let number = 0;
/** The scheduler's time only: everything else keeps the real one. */
let time = Date.parse("2026-11-24T12:00:00Z");

beforeAll(async () => {
  stage = await openStage({ schedulerClock: () => time, isDeliveredTwice: () => twice });
});
beforeEach(async () => {
  await stage.sandbox.x.reset({ keepPosts: true });
});
afterAll(() => stage.close());

/** A picture that no other test has. */
const addAnother = () => {
  number += 1;
  return stage.add(files[number % 2], { unlike: `${number}` });
};
const postIds = () => stage.sandbox.x.posts().map(({ id }) => id);

describe("one run", () => {
  it("takes a real picture from S3 through every state to a tweet, byte by byte", async () => {
    const square = await stage.add(files[0], {
      title: "Dandelion",
      caption: "Dandelion & wind",
      altText: "A dandelion",
    });
    await stage.add(files[1]);

    const run = await stage.run();

    expect(run.states).toEqual([
      "Warm up Fetch media",
      "Select square",
      "Square selected?",
      "Warm up Tweet",
      "Fetch media",
      "Tweet",
      "Mark posted",
      "Was it another run's?",
      "Posted",
      "Connected to Bluesky?",
      "Check stock",
      "Anything left?",
      "Sum up",
      "Done",
    ]);
    const [post] = stage.sandbox.x.posts();
    expect(run.output).toEqual({
      outcome: "posted",
      squareId: square.id,
      tweetId: post?.id,
      remaining: 1,
      schedule: "enabled",
    });
    expect(post?.text).toBe("Dandelion & wind");
    const media = await stage.sandbox.x.media(post?.mediaIds[0] ?? "");
    expect(media?.bytes.equals(await picture(files[0]))).toBe(true);
    expect(media?.altText).toBe("A dandelion");
    expect(await stage.square(square.id)).toMatchObject({
      status: "posted",
      tweetId: post?.id,
      mediaId: post?.mediaIds[0],
      claimedBy: run.executionArn,
    });
    expect(await stage.stock()).toEqual({ queued: 1, posted: 1 });
  });

  it("posts in the order of the queue, PNG as well as JPEG, and without words where there are none", async () => {
    const png = await stage.add(files[2], { title: "" });
    await stage.run();
    expect((await stage.square(png.id)).status).toBe("queued");
    await stage.sandbox.x.reset({ keepPosts: true });
    await stage.run();
    expect((await stage.square(png.id)).status).toBe("posted");
    expect(stage.sandbox.x.posts().at(-1)?.text).toBe("");
    expect(stage.sandbox.x.calls().some(({ path }) => path.includes("metadata"))).toBe(false);
  });

  it("goes on where it was interrupted when the sandbox starts again", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-resume-"));
    const before = await openStage({ directory });
    const square = await before.add(files[0]);
    before.sandbox.x.inject({ kind: "hang", operation: "POST /2/media/upload" });
    const { executionArn } = before.sandbox.stepFunctions.start({
      machineArn: before.sandbox.stepFunctions.machines[0]?.arn ?? "",
      input: {},
    });
    await before.sandbox.x.held();
    await before.close();

    const after = await openStage({ directory });
    const run = await after.runOf(executionArn);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
    expect(after.sandbox.x.posts()).toHaveLength(1);
    await after.close();
    await rm(directory, { recursive: true, force: true });
  });
});

describe("the schedule", () => {
  /** Lets the scheduler's clock reach the next slot and waits for the runs that it starts. */
  async function nextSlot() {
    time += 24 * 60 * 60 * 1000;
    const before = new Set(arns());
    await stage.sandbox.scheduler.tick();
    return Promise.all(
      arns()
        .filter((arn) => !before.has(arn))
        .map((arn) => stage.runOf(arn)),
    );
  }
  const arns = () => {
    const { stepFunctions } = stage.sandbox;
    return stepFunctions.list(stepFunctions.machines[0]?.arn ?? "").map(({ executionArn }) => executionArn);
  };

  const facts = async () => {
    const { $metadata, State, LastModificationDate, ...rest } = await stage.sandbox.clients.scheduler.send(
      new GetScheduleCommand({ Name: names.schedule }),
    );
    return rest;
  };

  it("posts in two of three slots, sleeps after the last square, keeps the rest of itself, and wakes when one is added", async () => {
    const before = await facts();
    const squares = [await addAnother(), await addAnother()];
    expect(await stage.scheduleState()).toBe("ENABLED");

    const [first] = await nextSlot();
    expect(first?.output).toMatchObject({ squareId: squares[0]?.id, remaining: 1, schedule: "enabled" });
    const [second] = await nextSlot();
    expect(second?.output).toMatchObject({ squareId: squares[1]?.id, remaining: 0, schedule: "disabled" });
    expect(second?.states).toContain("Disable schedule");
    expect(await stage.scheduleState()).toBe("DISABLED");
    expect(await facts()).toEqual(before);
    expect(before).toMatchObject({
      ScheduleExpression: "cron(0 18 * * ? *)",
      Target: { Input: expect.stringContaining("scheduled-time") },
    });
    expect(await nextSlot()).toEqual([]);
    const third = await stage.run({ scheduledTime: "2026-11-27T18:00:00Z" });
    expect(third.output).toEqual({
      outcome: "empty",
      squareId: null,
      tweetId: null,
      remaining: 0,
      schedule: "disabled",
    });

    await addAnother();
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect((await nextSlot())[0]?.output).toMatchObject({ outcome: "posted", remaining: 0, schedule: "disabled" });
  });

  it("runs a slot once when the scheduler delivers it twice", async () => {
    const before = postIds().length;
    await addAnother();
    const left = await addAnother();
    twice = true;
    const runs = await nextSlot();
    twice = false;
    expect(runs).toHaveLength(2);
    expect(runs.map(({ output }) => (output as { outcome: string }).outcome).sort()).toEqual(["already-ran", "posted"]);
    expect(postIds()).toHaveLength(before + 1);
    expect(await stage.stock()).toMatchObject({ queued: 1 });
    expect((await stage.square(left.id)).status).toBe("queued");
  });

  it("stays paused by a person when squares are added and when a run ends", async () => {
    await stage.pauseByPerson();
    await addAnother();
    expect(await stage.scheduleState()).toBe("DISABLED");
    const run = await stage.run({});
    expect(run.output).toMatchObject({ outcome: "posted", remaining: 1, schedule: "disabled" });
    expect(await stage.scheduleState()).toBe("DISABLED");
  });
});
