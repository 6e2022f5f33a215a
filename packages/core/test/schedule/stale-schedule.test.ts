import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { disableSchedule } from "@twobytwo/core/schedule/disable-schedule";
import { removePause } from "@twobytwo/core/schedule/pause";
import { pauseByPerson } from "@twobytwo/core/schedule/pause-and-resume";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import { enableSchedule } from "@twobytwo/core/schedule/settle";
import { stockId } from "@twobytwo/core/squares/stock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "./schedule-fixture.ts";

const noon = Date.parse("2026-11-24T12:00:00Z");
let now = noon;
let opened: Awaited<ReturnType<typeof sleepingSchedule>>;
let old: GetScheduleCommandOutput;
/** Which reads of the late caller, from 1, are still answered with what was before. */
let late: number[] = [];
/** How AWS keeps the time of a change: two that are made at once may have the same. */
let toldAt = (time: Date | undefined) => time;
let reads = 0;
let writes = 0;
let caller: ReturnType<typeof opened.portsOf>;

beforeAll(async () => {
  opened = await sleepingSchedule({ clock: () => now });
  caller = opened.portsOf("late");
  caller.schedule.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "UpdateScheduleCommand") writes += 1;
        if (commandName !== "GetScheduleCommand") return next(args);
        reads += 1;
        const answer = late.includes(reads) ? { output: { ...old }, response: {} } : await next(args);
        const { LastModificationDate } = answer.output as GetScheduleCommandOutput;
        return { ...answer, output: { ...answer.output, LastModificationDate: toldAt(LastModificationDate) } };
      },
    { step: "initialize" },
  );
});
afterAll(() => opened.close());
beforeEach(async () => {
  now = noon;
  late = [];
  toldAt = (time) => time;
  await removePause(opened.table);
});

const stockIs = (queued: number) =>
  opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item: { id: stockId, queued } }));

/** The schedule as `before` leaves it is what late reads still show after `then`. */
async function changed(before: () => Promise<unknown>, then: () => Promise<unknown>): Promise<void> {
  await before();
  old = await opened.now();
  now += 1000;
  await then();
  now += 1000;
  reads = 0;
  writes = 0;
}
const set = (State: "ENABLED" | "DISABLED") => () => opened.set({ State });
const weekly = "cron(0 9 ? * MON *)";

const exactly = (time: Date | undefined) => time;
const atTheSameMoment = () => new Date(noon);
const stales = [[1], [2], [3], [1, 3]];

describe.each([
  ...stales.map((stale) => [stale, "earlier", exactly] as const),
  ...[...stales, [2, 4], [1, 3, 5]].map((stale) => [stale, "no earlier", atTheSameMoment] as const),
])("a schedule of which reads %j are of before its latest change, and tell of one that was %s", (stale, _, told) => {
  beforeEach(() => {
    toldAt = told;
  });

  it("is woken", async () => {
    await stockIs(1);
    await changed(set("ENABLED"), set("DISABLED"));
    late = stale;
    expect(await enableSchedule(caller.schedule, caller.clock)).toBe("enabled");
    expect(await opened.state()).toBe("ENABLED");
  });

  it("is put to sleep by a person", async () => {
    await stockIs(1);
    await changed(set("DISABLED"), set("ENABLED"));
    late = stale;
    await pauseByPerson(caller, {});
    expect(await opened.state()).toBe("DISABLED");
  });

  it("keeps the rhythm that it was given meanwhile", async () => {
    await stockIs(1);
    await changed(set("DISABLED"), () => changeRhythm(opened, { expression: weekly }));
    await opened.set({ State: "DISABLED", ScheduleExpression: weekly });
    late = stale;
    await enableSchedule(caller.schedule, caller.clock);
    expect(await opened.now()).toMatchObject({ State: "ENABLED", ScheduleExpression: weekly });
  });

  it("is put to sleep when nothing is left", async () => {
    await stockIs(0);
    await changed(set("DISABLED"), set("ENABLED"));
    late = stale;
    expect(await disableSchedule(caller.schedule, caller.clock)).toMatchObject({
      empty: true,
      schedule: "disabled",
    });
    expect(await opened.state()).toBe("DISABLED");
  });

  it("is woken where an earlier try put it to sleep beside a square that was added meanwhile", async () => {
    await stockIs(1);
    await changed(set("ENABLED"), set("DISABLED"));
    late = stale;
    expect(await disableSchedule(caller.schedule, caller.clock)).toMatchObject({
      remaining: 1,
      schedule: "enabled",
    });
    expect(await opened.state()).toBe("ENABLED");
  });

  it("is not written where it is what is wanted", async () => {
    await stockIs(1);
    await changed(set("ENABLED"), set("ENABLED"));
    late = stale;
    await enableSchedule(caller.schedule, caller.clock);
    expect([reads, writes]).toEqual([2, 0]);
  });
});

it("is left alone, and tried again later, where its answers never stop contradicting one another", async () => {
  await stockIs(1);
  await changed(set("ENABLED"), set("DISABLED"));
  toldAt = atTheSameMoment;
  late = Array.from({ length: 100 }, (_, index) => index * 2 + 1);
  await expect(enableSchedule(caller.schedule, caller.clock)).rejects.toMatchObject({ name: "Retryable" });
  expect(reads).toBeLessThan(20);
  expect(writes).toBe(0);
});

it("is written again where another's change took the first one back", async () => {
  await stockIs(1);
  await changed(set("ENABLED"), set("DISABLED"));
  const { client } = caller.schedule;
  const name = "another";
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName === "UpdateScheduleCommand" && writes === 1) await opened.set({ State: "DISABLED" });
        return answer;
      },
    { step: "initialize", name },
  );
  await enableSchedule(caller.schedule, caller.clock);
  client.middlewareStack.remove(name);
  expect(await opened.state()).toBe("ENABLED");
  expect(writes).toBe(2);
});
