import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { writePause } from "@twobytwo/core/schedule/pause";
import { pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countStock, putQueued } from "../squares/table-fixture.ts";
import { sleepingSchedule } from "./schedule-fixture.ts";

const noon = Date.parse("2026-11-24T12:00:00Z");
let now = noon;
const calls: Call[] = [];
let ports: Awaited<ReturnType<typeof sleepingSchedule>>;
beforeEach(async () => {
  now = noon;
  ports = await sleepingSchedule({ clock: () => now, intercept: (call) => void calls.push(call) });
});
afterEach(() => ports.close());

const queue = (...ids: string[]) => putQueued(ports.table, ...ids.map((id) => ({ id, sortKey: id })));
const planned = async (count = 10) => {
  const { posts, emptyOn } = await nextPosts(ports, { count });
  return { dates: posts.map(({ square, at }) => `${square.id} ${at?.slice(0, 16) ?? "?"}`), emptyOn };
};

describe("nextPosts", () => {
  it("gives the queue the times of the schedule, and the day on which it is empty", async () => {
    await queue("a", "b", "c");
    await resumeSchedule(ports);
    expect(await planned(2)).toEqual({
      dates: ["a 2026-11-24T17:00", "b 2026-11-25T17:00"],
      emptyOn: "2026-11-26T17:00:00.000Z",
    });
  });

  it("reads one page of the index and two rows in one call, however long the queue is", async () => {
    await queue(...[..."abcdefghijklmnop"]);
    calls.splice(0);
    const plan = await nextPosts(ports, { count: 3 });
    expect(calls.map(({ operation }) => operation).sort()).toEqual(["BatchGetItem", "GetSchedule", "Query"]);
    // `2x2 next --json` prints it as it is.
    expect(Object.keys(plan).sort()).toEqual(["posts", "rhythm", "stock"]);
  });

  it("gives no dates while a person has paused, and goes on from the time until which it is paused", async () => {
    await queue("a", "b");
    await pauseByPerson(ports, {});
    expect(await planned()).toEqual({ dates: ["a ?", "b ?"], emptyOn: undefined });
    await pauseByPerson(ports, { until: Date.parse("2026-12-24T17:00:00Z") });
    expect(await planned()).toEqual({
      dates: ["a 2026-12-24T17:00", "b 2026-12-25T17:00"],
      emptyOn: "2026-12-25T17:00:00.000Z",
    });
    expect((await nextPosts(ports, { count: 1 })).rhythm).toMatchObject({
      state: "enabled",
      pause: { pausedBy: "person", until: "2026-12-24T17:00:00.000Z" },
      startsAt: "2026-12-24T17:00:00.000Z",
    });
  });

  it("takes a pause that has ended for none", async () => {
    await queue("a");
    await pauseByPerson(ports, { until: noon + 3_600_000 });
    now = noon + 7_200_000;
    expect(await planned()).toMatchObject({ dates: ["a 2026-11-24T17:00"] });
    expect((await nextPosts(ports, { count: 1 })).rhythm).not.toHaveProperty("pause");
  });

  it("counts a rate from where the scheduler counts it", async () => {
    await queue("a", "b");
    await changeRhythm(ports, { expression: "rate(12 hours)" });
    now = noon + 3_600_000;
    expect(await planned()).toMatchObject({ dates: ["a 2026-11-25T00:00", "b 2026-11-25T12:00"] });
    await pauseByPerson(ports, { until: Date.parse("2026-12-01T09:30:00Z") });
    expect(await planned()).toMatchObject({ dates: ["a 2026-12-01T09:30", "b 2026-12-01T21:30"] });
  });

  it("leaves squares without a date that a schedule does not reach which fires once", async () => {
    await queue("a", "b");
    await changeRhythm(ports, { expression: "at(2026-12-24T18:00:00)" });
    expect(await planned()).toEqual({ dates: ["a 2026-12-24T17:00", "b ?"], emptyOn: undefined });
  });

  describe("with squares that have a date", () => {
    const date = async (id: string, sortKey: string) => {
      const Item = { id, status: "dated", sortKey, objectKey: `${id}.jpg`, title: id };
      await ports.table.client.send(new PutCommand({ TableName: ports.table.name, Item }));
      await countStock(ports.table, { dated: 1 });
    };

    it("puts each at the first slot from its date on, the oldest date first, and the queue around them", async () => {
      await queue("a", "b");
      await date("y", "2026-11-25T17:00:00.000Z");
      await date("z", "2026-11-25T17:00:00.001Z");
      await date("x", "2026-11-25T16:00:00.000Z");
      await date("far", "2031-07-01T00:00:00.000Z");
      await resumeSchedule(ports);
      expect(await planned()).toEqual({
        dates: [
          "a 2026-11-24T17:00",
          "x 2026-11-25T17:00",
          "y 2026-11-26T17:00",
          "z 2026-11-27T17:00",
          "b 2026-11-28T17:00",
          "far 2031-07-01T16:00",
        ],
        emptyOn: "2026-11-28T17:00:00.000Z",
      });
      expect((await planned(2)).dates).toEqual(["a 2026-11-24T17:00", "x 2026-11-25T17:00"]);
    });

    it("shows them without a queue, and says nothing of the day on which that is empty", async () => {
      await date("x", "2026-12-24T00:00:00.000Z");
      await date("no date", "tomorrow");
      await resumeSchedule(ports);
      expect(await planned()).toEqual({ dates: ["x 2026-12-24T17:00", "no date ?"], emptyOn: undefined });
    });

    it("shows what is due before the queue and the rest behind it while a person has paused", async () => {
      await queue("a");
      await date("past", "2026-11-01T00:00:00.000Z");
      await date("future", "2026-12-01T00:00:00.000Z");
      await pauseByPerson(ports, {});
      expect((await planned()).dates).toEqual(["past ?", "a ?", "future ?"]);
    });
  });

  it("shows an empty queue, and a pause of the workflow with its reason", async () => {
    const until = "2999-01-01T00:00:00.000Z";
    await writePause(ports.table, { pausedBy: "workflow", reason: "NoCredits", until });
    expect(await nextPosts(ports, { count: 3 })).toMatchObject({
      posts: [],
      rhythm: { state: "disabled", pause: { pausedBy: "workflow", reason: "NoCredits" } },
    });
  });
});
