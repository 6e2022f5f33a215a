import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { draftSquare, requeueSquare } from "@twobytwo/core/curating/change-status";
import { dateSquare, undateSquare } from "@twobytwo/core/curating/date";
import { disableSchedule } from "@twobytwo/core/schedule/disable-schedule";
import { pauseByPerson } from "@twobytwo/core/schedule/pause-and-resume";
import { type Square, type Status, statuses } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "../schedule/schedule-fixture.ts";
import { countStock, putQueued, wholeTable } from "../squares/table-fixture.ts";

// 18:00 in Berlin is 17:00 in UTC then.
let now = 0;
let ports: Awaited<ReturnType<typeof sleepingSchedule>>;
beforeEach(async () => {
  now = Date.parse("2026-11-24T12:00:00Z");
  ports = await sleepingSchedule({ clock: () => now });
});
afterEach(() => ports.close());

async function put(status: Status, id: string, more: Partial<Square> = {}): Promise<void> {
  const sortKey = status === "queued" ? "m" : "2026-11-30T00:00:00.000Z";
  const row = { id, status, sortKey, objectKey: `${id}.jpg`, title: id, version: 3, ...more };
  await ports.table.client.send(new PutCommand({ TableName: ports.table.name, Item: row }));
  await countStock(ports.table, { [status]: 1 });
}

const read = (id: string) => readSquare(ports.table, id);
const countsAgree = async () => {
  const { stock, counted } = await wholeTable(ports.table);
  expect(stock).toEqual(counted);
};

describe("dateSquare", () => {
  it("takes a day in the zone of the schedule, and names the slot that posts the square", async () => {
    await put("queued", "a");
    expect(await dateSquare(ports, { id: "a", on: "2026-12-24" })).toEqual({
      id: "a",
      from: "queued",
      to: "dated",
      changed: true,
      date: "2026-12-23T23:00:00.000Z",
      timeZone: "Europe/Berlin",
      at: "2026-12-24T17:00:00.000Z",
    });
    expect(await read("a")).toMatchObject({ status: "dated", sortKey: "2026-12-23T23:00:00.000Z", rank: "m" });
    await countsAgree();
  });

  it.each([
    ["2026-12-24T18:00", "2026-12-24T17:00:00.000Z", "2026-12-24T17:00:00.000Z"],
    ["2026-12-24 18:00:01", "2026-12-24T17:00:01.000Z", "2026-12-25T17:00:00.000Z"],
    ["2026-12-24T18:00:00+00:00", "2026-12-24T18:00:00.000Z", "2026-12-25T17:00:00.000Z"],
    // Today, although it began before now.
    ["2026-11-24", "2026-11-23T23:00:00.000Z", "2026-11-24T17:00:00.000Z"],
  ])("reads %s, and the first slot from then on", async (on, date, at) => {
    await put("queued", "a");
    expect(await dateSquare(ports, { id: "a", on })).toMatchObject({ date, at });
  });

  it.each([
    ["2026-11-23", /^2026-11-23 has passed: give today/],
    ["2026-11-24T13:00", /has passed/],
    ["2026-02-30", /is not a date/],
    ["tomorrow", /is not a date/],
    ["", /is not a date/],
  ])("refuses %j", async (on, message) => {
    await put("queued", "a");
    await expect(dateSquare(ports, { id: "a", on })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(message),
    });
    expect(await read("a")).toMatchObject({ status: "queued", version: 3 });
  });

  it.each(statuses)("does the right thing with a square that is %s", async (status) => {
    await put(status, "a", { claimedBy: "a run", tweetId: "7", mediaId: "8" });
    const doing = dateSquare(ports, { id: "a", on: "2026-12-24" });
    if (["queued", "dated", "draft", "withdrawn"].includes(status)) {
      expect(await doing).toMatchObject({ from: status, to: "dated", changed: true });
      expect(await read("a")).toMatchObject({ status: "dated", sortKey: "2026-12-23T23:00:00.000Z", version: 4 });
      if (status === "draft" || status === "withdrawn")
        for (const name of ["claimedBy", "tweetId", "mediaId"]) expect(await read("a")).not.toHaveProperty(name);
    } else {
      await expect(doing).rejects.toMatchObject({ name: "Rejected", message: expect.stringMatching(/^Square a is /) });
      expect(await read("a")).toMatchObject({ status, version: 3 });
    }
    await countsAgree();
  });

  it("changes nothing when it is repeated, also after the date has passed, and wakes the schedule each time", async () => {
    await put("draft", "a");
    const on = "2026-12-24T18:00";
    await dateSquare(ports, { id: "a", on });
    expect(await ports.state()).toBe("ENABLED");
    await ports.set({ State: "DISABLED" });
    now = Date.parse("2026-12-24T17:00:01Z");
    expect(await dateSquare(ports, { id: "a", on })).toMatchObject({ changed: false });
    expect(await read("a")).toMatchObject({ version: 4 });
    expect(await ports.state()).toBe("ENABLED");
  });

  it("names the slot after those of the others that are due before it, and none during a pause without an end", async () => {
    await put("queued", "b");
    await put("dated", "a", { sortKey: "2026-12-24T00:00:00.000Z" });
    expect(await dateSquare(ports, { id: "b", on: "2026-12-24T12:00" })).toMatchObject({
      at: "2026-12-25T17:00:00.000Z",
    });
    await pauseByPerson(ports, {});
    expect(await dateSquare(ports, { id: "b", on: "2026-12-24T12:00" })).not.toHaveProperty("at");
  });

  it("keeps the schedule awake when the queue is empty", async () => {
    await put("draft", "a");
    await dateSquare(ports, { id: "a", on: "2027-06-01" });
    expect(await disableSchedule(ports.schedule, ports.clock)).toEqual({
      remaining: 1,
      empty: false,
      schedule: "enabled",
    });
  });
});

describe("undateSquare", () => {
  it("puts the square back at the place in the queue that it had", async () => {
    await putQueued(ports.table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" }, { id: "c", sortKey: "c" });
    await dateSquare(ports, { id: "b", on: "2026-12-24" });
    await dateSquare(ports, { id: "b", on: "2026-12-25" });
    expect(await undateSquare(ports, { id: "b" })).toEqual({ id: "b", from: "dated", to: "queued", changed: true });
    expect(await read("b")).toMatchObject({ status: "queued", sortKey: "b" });
    expect(await read("b")).not.toHaveProperty("rank");
    expect(await undateSquare(ports, { id: "b" })).toMatchObject({ changed: false });
    await countsAgree();
  });

  it.each([
    ["was never in the queue", async () => {}],
    [
      "was a draft meanwhile",
      async () => {
        await requeueSquare(ports, { id: "z" });
        await dateSquare(ports, { id: "z", on: "2026-12-24" });
        await draftSquare(ports, { id: "z" });
      },
    ],
  ])("puts one that %s at its end", async (_, before) => {
    await put("draft", "z");
    await before();
    await putQueued(ports.table, { id: "a", sortKey: "a" });
    await dateSquare(ports, { id: "z", on: "2026-12-24" });
    await undateSquare(ports, { id: "z" });
    const { sortKey = "" } = (await read("z")) ?? {};
    expect(sortKey > "a").toBe(true);
  });

  it("refuses one that is neither", async () => {
    await put("posted", "a");
    await expect(undateSquare(ports, { id: "a" })).rejects.toThrow("Square a is posted, and has no date");
  });
});
