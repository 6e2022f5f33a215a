import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { writePause } from "@twobytwo/core/schedule/pause";
import { pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putQueued } from "../squares/table-fixture.ts";
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

  it("reads one page of the index and three rows, however long the queue is", async () => {
    await queue(...[..."abcdefghijklmnop"]);
    calls.splice(0);
    await planned(3);
    expect(calls.map(({ operation }) => operation).sort()).toEqual(["GetItem", "GetItem", "GetSchedule", "Query"]);
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

  it("shows an empty queue, and a pause of the workflow with its reason", async () => {
    const until = "2999-01-01T00:00:00.000Z";
    await writePause(ports.table, { pausedBy: "workflow", reason: "NoCredits", until });
    expect(await nextPosts(ports, { count: 3 })).toMatchObject({
      posts: [],
      rhythm: { state: "disabled", pause: { pausedBy: "workflow", reason: "NoCredits" } },
    });
  });
});
