import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { activePause, noteTold, pauseId, readPause, removePause, writePause } from "@twobytwo/core/schedule/pause";
import { endWorkflowPause, pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { pauseSchedule } from "@twobytwo/core/schedule/pause-schedule";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import { settleSchedule } from "@twobytwo/core/schedule/settle";
import { open, readStock, stockId } from "@twobytwo/core/squares/stock";
import type { Intercept } from "@twobytwo/sandbox/emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createInterleaving } from "../interleave.ts";
import { sleepingSchedule } from "./schedule-fixture.ts";

const noon = Date.parse("2026-11-24T12:00:00Z");
const hour = 3_600_000;
let now = noon;
let intercept: Intercept | undefined;
let opened: Awaited<ReturnType<typeof sleepingSchedule>>;

beforeAll(async () => {
  opened = await sleepingSchedule({ clock: () => now, intercept: (call) => intercept?.(call) });
});
afterAll(() => opened.close());
beforeEach(async () => {
  now = noon;
  intercept = undefined;
  await removePause(opened.table);
  await put({ id: stockId, queued: 2 });
  await opened.set({ State: "ENABLED" });
});

const put = (Item: Record<string, unknown>) =>
  opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
const isoIn = (ms: number) => new Date(now + ms).toISOString();
const stop = (more: Partial<Parameters<typeof pauseSchedule>[1]> = {}, schedule = opened.schedule) =>
  pauseSchedule(schedule, {
    error: "NoCredits",
    reason: "X has no credits left",
    execution: "run-1",
    clock: opened.clock,
    ...more,
  });

describe("a stop of the workflow", () => {
  it.each([0, 1, 2, 3, 4, 9])(
    "is told by one of two runs that stop at once, after %i calls of the first",
    async (first) => {
      const interleaving = createInterleaving([
        ["one", first],
        ["two", 99],
      ]);
      const [one, two] = ["one", "two"].map((name) => opened.portsOf(name, () => interleaving.answered()).schedule);
      intercept = interleaving.intercept;
      const tells: boolean[] = [];
      await interleaving.run({
        one: async () => void tells.push((await stop({ execution: "run-1" }, one)).tell),
        two: async () => void tells.push((await stop({ execution: "run-2" }, two)).tell),
      });
      expect(tells.toSorted(), interleaving.order.join(", ")).toEqual([false, true]);
    },
  );

  it("is not taken back by a person who pauses while it is written, nor takes that pause back", async () => {
    intercept = async ({ operation, accessKeyId }) => {
      if (operation !== "PutItem" || accessKeyId !== "run") return undefined;
      intercept = undefined;
      await pauseByPerson(opened, { reason: "holidays" });
      return undefined;
    };
    expect(await stop({}, opened.portsOf("run").schedule)).toMatchObject({ tell: true, until: null });
    expect(await readPause(opened.table)).toMatchObject({ pausedBy: "person", reason: "holidays" });
    expect(await opened.state()).toBe("DISABLED");
  });

  it("keeps through each new try that the owner was told of it", async () => {
    await stop();
    expect(await noteTold(opened.table, { execution: "run-2", at: isoIn(1000) })).toBe(false);
    expect(await noteTold(opened.table, { execution: "run-1", at: isoIn(1000) })).toBe(true);
    const toldAt = isoIn(1000);
    now += 24 * hour;
    expect(await stop({ execution: "run-2" })).toMatchObject({ tell: false });
    expect(await readPause(opened.table)).toMatchObject({ toldAt, execution: "run-1" });
    await stop({ execution: "run-3", error: "NotAuthorized" });
    expect(await readPause(opened.table)).not.toHaveProperty("toldAt");
  });

  it.each([
    ["an hour later at the earliest", "2026-11-24T12:20:00.000Z", "2026-11-24T13:00:00.000Z"],
    ["at the beginning of a day that is named without a time", "2026-12-01", "2026-12-01T00:00:00.000Z"],
  ])("is tried again %s", async (_, named, until) => {
    expect(await stop({ reason: `The limit is reached. Next try at <${named}>.` })).toMatchObject({ until });
  });

  it("ends where its cause was put right, and no other does", async () => {
    await stop({ error: "NotAuthorized" });
    expect(await endWorkflowPause(opened, "NoCredits")).toBe(false);
    expect(await readPause(opened.table)).toMatchObject({ error: "NotAuthorized" });
    expect(await endWorkflowPause(opened, "NotAuthorized")).toBe(true);
    expect(await readPause(opened.table)).toBeUndefined();
    expect(await opened.now()).not.toHaveProperty("StartDate");
    await writePause(opened.table, { pausedBy: "person", error: "NotAuthorized" });
    expect(await endWorkflowPause(opened, "NotAuthorized")).toBe(false);
    expect(await readPause(opened.table)).toMatchObject({ pausedBy: "person" });
  });
});

describe("a schedule that fires once", () => {
  const once = "at(2026-11-24T18:00:00)";

  it("may be made while the workflow has paused, fires at its time, and says so", async () => {
    await stop();
    await changeRhythm(opened, { expression: once });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", ScheduleExpression: once });
    expect(await opened.now()).not.toHaveProperty("StartDate");
    await put({ id: "a", status: "queued", sortKey: "a", objectKey: "squares/a.jpg" });
    const { posts } = await nextPosts(opened, { count: 1 });
    expect(posts).toMatchObject([{ at: "2026-11-24T17:00:00.000Z" }]);
  });

  it("sleeps where a person has paused until a time, since it would fire before", async () => {
    await writePause(opened.table, { pausedBy: "person", until: isoIn(48 * hour) });
    await opened.set({ State: "ENABLED", ScheduleExpression: once });
    await settleSchedule(opened.schedule, opened.clock);
    expect(await opened.state()).toBe("DISABLED");
  });
});

describe("a row of the pause that cannot be read", () => {
  it.each([
    [{ pausedBy: "the artist" }, /pausedBy/],
    [{ pausedBy: "person", until: "tomorrow" }, /until: is no time/],
    [{ pausedBy: "workflow", until: 7 }, /until/],
  ])("is a pause until somebody resumes: %j", async (row, mistakes) => {
    await put({ id: pauseId, ...row });
    const pause = await readPause(opened.table);
    expect(pause).toMatchObject({ pausedBy: "person", mistakes: expect.stringMatching(mistakes) });
    expect(activePause(pause, now + 9999 * hour)).toBe(pause);
    await settleSchedule(opened.schedule, opened.clock);
    expect(await opened.state()).toBe("DISABLED");
    expect(await stop()).toMatchObject({ until: null, tell: true });
    await resumeSchedule(opened);
    expect(await opened.state()).toBe("ENABLED");
  });

  it("is one that can, where another program wrote null for none", async () => {
    await put({ id: pauseId, pausedBy: "person", until: null, reason: null });
    expect(await readPause(opened.table)).toEqual({ pausedBy: "person" });
  });
});

describe("what a person changes", () => {
  const changes = {
    pause: () => pauseByPerson(opened, { until: now + hour }),
    resume: () => resumeSchedule(opened),
    rhythm: () => changeRhythm(opened, { expression: "cron(0 9 * * ? *)" }),
  };

  it.each(Object.entries(changes))("%s: is tried again where each of its calls fails in passing", async (_, change) => {
    const failed = new Set<string>();
    await put({ id: pauseId, pausedBy: "person" });
    intercept = ({ operation, service }) => {
      if (failed.has(operation)) return undefined;
      failed.add(operation);
      const isTable = service === "dynamodb";
      const code = isTable ? "ProvisionedThroughputExceededException" : "ConflictException";
      return { kind: "refuse", status: isTable ? 400 : 409, code, message: "Again." };
    };
    await change();
    expect(failed.size).toBeGreaterThan(2);
  });
});

describe("a stock that another program counted wrong", () => {
  it("is open where one count is below none, and another is not", async () => {
    await put({ id: stockId, queued: -1, claimed: 1 });
    expect(open(await readStock(opened.table))).toBe(1);
  });
});
