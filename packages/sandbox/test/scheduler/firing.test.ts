import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteScheduleCommand, GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { daily, startScheduler, target } from "./started.ts";

type Sandbox = Awaited<ReturnType<typeof startScheduler>>;
const started: Sandbox[] = [];
async function start(options: Parameters<typeof startScheduler>[0] = {}): Promise<Sandbox> {
  const sandbox = await startScheduler(options);
  started.push(sandbox);
  return sandbox;
}
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.stop();
});
const update = (sandbox: Sandbox, change: Partial<ConstructorParameters<typeof UpdateScheduleCommand>[0]>) =>
  sandbox.client.send(new UpdateScheduleCommand({ ...daily, ...change }));
const exists = (sandbox: Sandbox, Name = "daily") =>
  sandbox.client.send(new GetScheduleCommand({ Name })).then(
    () => true,
    (error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
      return false;
    },
  );

describe("firing", () => {
  it("fires a cron at its wall-clock time, once", async () => {
    const sandbox = await start();
    await sandbox.create();
    expect(await sandbox.at("2026-06-01T15:59:59.999Z")).toEqual([]);
    expect(await sandbox.at("2026-06-01T16:00:00Z")).toEqual(["2026-06-01T16:00:00Z"]);
    expect(await sandbox.at("2026-06-01T16:00:30Z")).toEqual([]);
    expect(await sandbox.at("2026-06-02T16:00:00Z")).toEqual(["2026-06-02T16:00:00Z"]);
  });

  it("fires every time that has passed, in order", async () => {
    const sandbox = await start({ now: "2026-10-23T12:00:00Z" });
    await sandbox.create();
    expect(await sandbox.at("2026-10-26T00:00:00Z")).toEqual([
      "2026-10-23T16:00:00Z",
      "2026-10-24T16:00:00Z",
      "2026-10-25T17:00:00Z",
    ]);
  });

  it("does not fire what two ticks at once both see", async () => {
    const sandbox = await start();
    await sandbox.create({ ScheduleExpression: "at(2026-06-01T12:00:01)", ScheduleExpressionTimezone: "UTC" });
    const [one, two] = await Promise.all([sandbox.at("2026-06-01T12:00:01Z"), sandbox.scheduler.tick()]);
    expect(one).toHaveLength(1);
    expect(two).toBe(0);
  });

  it("fires a rate at once and then by elapsed time", async () => {
    const sandbox = await start({ now: "2026-06-01T12:00:00.700Z" });
    await sandbox.create({ ScheduleExpression: "rate(6 hours)" });
    expect(await sandbox.at("2026-06-01T12:00:00.700Z")).toEqual(["2026-06-01T12:00:00Z"]);
    expect(await sandbox.at("2026-06-01T17:59:59Z")).toEqual([]);
    expect(await sandbox.at("2026-06-02T00:00:00Z")).toEqual(["2026-06-01T18:00:00Z", "2026-06-02T00:00:00Z"]);
  });

  it("keeps a rate within its dates, the start being the first", async () => {
    const sandbox = await start();
    await sandbox.create({
      ScheduleExpression: "rate(1 day)",
      StartDate: new Date("2026-06-03T08:30:00Z"),
      EndDate: new Date("2026-06-05T08:00:00Z"),
    });
    expect(await sandbox.at("2026-06-10T00:00:00Z")).toEqual(["2026-06-03T08:30:00Z", "2026-06-04T08:30:00Z"]);
  });

  it("keeps a cron within its dates", async () => {
    const sandbox = await start();
    await sandbox.create({ StartDate: new Date("2026-06-03T16:00:00Z"), EndDate: new Date("2026-06-04T16:00:00Z") });
    expect(await sandbox.at("2026-06-10T00:00:00Z")).toEqual(["2026-06-03T16:00:00Z", "2026-06-04T16:00:00Z"]);
  });

  it("fires an at() once, whatever its dates, and never one that is past", async () => {
    const sandbox = await start();
    const EndDate = new Date("2026-06-01T12:30:00Z");
    await sandbox.create({ ScheduleExpression: "at(2026-06-01T15:00:00)", EndDate });
    await sandbox.create({ Name: "past", ScheduleExpression: "at(2026-06-01T13:59:59)" });
    expect(await sandbox.at("2026-06-05T00:00:00Z")).toEqual(["2026-06-01T13:00:00Z"]);
    expect(await exists(sandbox)).toBe(true);
  });

  it("never fires a disabled schedule; enabled again it starts with the next time", async () => {
    const sandbox = await start();
    await sandbox.create({ State: "DISABLED" });
    expect(await sandbox.at("2026-06-02T18:00:00Z")).toEqual([]);
    await update(sandbox, { State: "ENABLED" });
    expect(await sandbox.at("2026-06-02T18:00:01Z")).toEqual([]);
    expect(await sandbox.at("2026-06-03T16:00:00Z")).toEqual(["2026-06-03T16:00:00Z"]);
    await update(sandbox, { State: "DISABLED" });
    expect(await sandbox.at("2026-06-05T00:00:00Z")).toEqual([]);
  });

  it("computes the next time anew after an update", async () => {
    const sandbox = await start();
    await sandbox.create();
    await update(sandbox, { ScheduleExpression: "rate(5 minutes)" });
    expect(await sandbox.at("2026-06-01T12:00:00Z")).toEqual([]);
    expect(await sandbox.at("2026-06-01T12:05:00Z")).toEqual(["2026-06-01T12:05:00Z"]);
    await update(sandbox, { ScheduleExpressionTimezone: "UTC" });
    expect(await sandbox.at("2026-06-01T18:00:00Z")).toEqual(["2026-06-01T18:00:00Z"]);
  });

  it("does not fire what was deleted", async () => {
    const sandbox = await start();
    await sandbox.create();
    await sandbox.client.send(new DeleteScheduleCommand({ Name: "daily" }));
    expect(await sandbox.at("2026-06-05T00:00:00Z")).toEqual([]);
  });

  it("does not make up for what was due while it was stopped", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scheduler-"));
    try {
      const first = await startScheduler({ directory });
      await first.create();
      await first.create({ Name: "hourly", ScheduleExpression: "rate(1 hour)" });
      await first.create({ Name: "once", ScheduleExpression: "at(2026-06-02T09:00:00)" });
      await first.stop();
      const second = await start({ directory, now: "2026-06-03T12:30:00Z" });
      expect(await second.at("2026-06-03T12:59:59Z")).toEqual([]);
      expect(await second.at("2026-06-03T13:00:00Z")).toEqual(["2026-06-03T13:00:00Z"]);
      await second.client.send(new DeleteScheduleCommand({ Name: "hourly" }));
      expect(await second.at("2026-06-04T00:00:00Z")).toEqual(["2026-06-03T16:00:00Z"]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("what the target gets", () => {
  it("has the time of the slot filled in", async () => {
    const sandbox = await start();
    const Input = JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" });
    await sandbox.create({ Target: { ...target, Input, DeadLetterConfig: { Arn: "arn:aws:sqs:::dead" } } });
    await sandbox.at("2026-06-01T16:00:00Z");
    const [event] = sandbox.delivered;
    expect(JSON.parse(event?.target.Input ?? "")).toEqual({ scheduledTime: "2026-06-01T16:00:00Z" });
    expect(event).toMatchObject({ schedule: { Name: "daily" }, target: { Arn: target.Arn } });
    const read = await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }));
    expect(read.Target?.Input).toBe(Input);
  });

  it("comes twice where a test wants that", async () => {
    const sandbox = await start({ isDeliveredTwice: () => true });
    await sandbox.create();
    expect(await sandbox.at("2026-06-01T16:00:00Z")).toEqual(["2026-06-01T16:00:00Z", "2026-06-01T16:00:00Z"]);
  });
});

describe("a delivery that fails", () => {
  it("is told, and not tried again", async () => {
    const sandbox = await start({
      deliver: async () => {
        throw new Error("target is down");
      },
    });
    await sandbox.create();
    await sandbox.at("2026-06-01T16:00:00Z");
    expect(await sandbox.at("2026-06-02T15:00:00Z")).toEqual([]);
    expect(sandbox.dead).toEqual([
      expect.stringMatching(/daily of 2026-06-01T16:00:00Z was not delivered: Error: target is down/),
    ]);
  });

  it("does not hold up other schedules, nor the next time of its own", async () => {
    const sandbox = await start({
      deliver: async ({ schedule, scheduledTime }) => {
        if (schedule.Name === "daily" && scheduledTime.startsWith("2026-06-01")) throw new Error("target is down");
      },
    });
    await sandbox.create();
    await sandbox.create({ Name: "other" });
    await sandbox.at("2026-06-02T16:00:00Z");
    expect(sandbox.delivered.map(({ schedule, scheduledTime }) => `${schedule.Name} ${scheduledTime}`).sort()).toEqual([
      "daily 2026-06-01T16:00:00Z",
      "daily 2026-06-02T16:00:00Z",
      "other 2026-06-01T16:00:00Z",
      "other 2026-06-02T16:00:00Z",
    ]);
  });
});

describe("run", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Timers of the test's own making: `advance` moves them and the clock together. */
  async function running(expression: string, deliver: (scheduledTime: string) => Promise<void>) {
    vi.useFakeTimers({ now: Date.parse("2026-06-01T12:00:00Z"), toFake: ["Date", "setTimeout", "clearTimeout"] });
    const scheduler = createScheduler({
      clock: Date.now,
      deliver: ({ scheduledTime }) => deliver(scheduledTime),
    });
    scheduler.run();
    const body = JSON.stringify({ ...daily, ScheduleExpression: expression, ScheduleExpressionTimezone: "UTC" });
    const request = { method: "POST", path: "/schedules/daily", query: new URLSearchParams(), headers: {}, body };
    await scheduler.service.read(request).perform();
    return scheduler;
  }

  it("fires by itself, after a delivery that failed as well", async () => {
    const delivered: string[] = [];
    const scheduler = await running("cron(0/10 * * * ? *)", async (time) => {
      delivered.push(time);
      if (delivered.length === 1) throw new Error("target is down");
    });
    await vi.advanceTimersByTimeAsync(599_999);
    expect(delivered).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(delivered).toEqual(["2026-06-01T12:10:00Z"]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(delivered.at(-1)).toBe("2026-06-01T12:20:00Z");
    await scheduler.close();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(delivered).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits for a time that is farther away than a timer can be set", async () => {
    const delivered: string[] = [];
    const scheduler = await running("at(2026-07-01T12:00:00)", async (time) => void delivered.push(time));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(delivered).toEqual([]);
    await vi.advanceTimersByTimeAsync(30 * 86_400_000);
    expect(delivered).toEqual(["2026-07-01T12:00:00Z"]);
    await scheduler.close();
  });

  it("does not make up for what was due while the machine slept", async () => {
    const delivered: string[] = [];
    const scheduler = await running("cron(0/10 * * * ? *)", async (time) => void delivered.push(time));
    vi.setSystemTime(Date.parse("2026-06-01T20:05:00Z"));
    await vi.advanceTimersByTimeAsync(299_000);
    expect(delivered).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(delivered).toEqual(["2026-06-01T20:10:00Z"]);
    await scheduler.close();
  });

  it("closes when what is under way is done", async () => {
    let finish = () => {};
    const done: string[] = [];
    const scheduler = await running("rate(1 minute)", async (time) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done.push(time);
    });
    await vi.advanceTimersByTimeAsync(0);
    const closed = scheduler.close().then(() => done.push("closed"));
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toEqual([]);
    finish();
    await closed;
    expect(done).toEqual(["2026-06-01T12:00:00Z", "closed"]);
  });
});
