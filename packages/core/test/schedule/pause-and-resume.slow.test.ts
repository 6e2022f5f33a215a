import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { disableSchedule } from "@twobytwo/core/schedule/disable-schedule";
import { readPause, removePause, writePause } from "@twobytwo/core/schedule/pause";
import { pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { pauseSchedule } from "@twobytwo/core/schedule/pause-schedule";
import { changeRhythm } from "@twobytwo/core/schedule/rhythm";
import { enableSchedule } from "@twobytwo/core/schedule/settle";
import { open, readStock, stockId } from "@twobytwo/core/squares/stock";
import type { Call, Intercept } from "@twobytwo/sandbox/emulator";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createInterleaving } from "../interleave.ts";
import { countStock } from "../squares/table-fixture.ts";
import { sleepingSchedule } from "./schedule-fixture.ts";

type Fixture = Awaited<ReturnType<typeof sleepingSchedule>>;
type Ports = ReturnType<Fixture["portsOf"]>;

const noon = Date.parse("2026-11-24T12:00:00Z");
let now = noon;
let intercept: Intercept | undefined;
const calls: Call[] = [];
let opened: Fixture;

beforeAll(async () => {
  opened = await sleepingSchedule({
    clock: () => now,
    intercept: (call) => {
      calls.push(call);
      return intercept?.(call);
    },
  });
});
afterAll(() => opened.close());
beforeEach(async () => {
  now = noon;
  await reset();
  calls.splice(0);
});

async function reset(): Promise<void> {
  intercept = undefined;
  await removePause(opened.table);
  await stockIs(0);
  await opened.set({ State: "DISABLED" });
}

async function stockIs(squares: number): Promise<void> {
  await countStock(opened.table, { queued: squares - (await readStock(opened.table)).queued });
}

describe("pauseByPerson", () => {
  it("writes down who paused and why before it puts the schedule to sleep", async () => {
    await stockIs(3);
    await opened.set({ State: "ENABLED" });
    calls.splice(0);
    await pauseByPerson(opened, { reason: "exhibition" });
    expect(await readPause(opened.table)).toEqual({
      pausedBy: "person",
      pausedAt: "2026-11-24T12:00:00.000Z",
      reason: "exhibition",
    });
    expect(await opened.state()).toBe("DISABLED");
    const writes = calls.map(({ operation }) => operation).filter((name) => /^(Put|Update)/.test(name));
    expect(writes).toEqual(["PutItem", "UpdateSchedule"]);
  });

  it("lets the scheduler itself go on from the time that is given", async () => {
    await stockIs(3);
    await pauseByPerson(opened, { until: Date.parse("2026-12-01T00:00:00.400Z") });
    expect(await readPause(opened.table)).toMatchObject({ until: "2026-12-01T00:00:01.000Z" });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date("2026-12-01T00:00:01.000Z") });
  });

  it("keeps everything else of the schedule", async () => {
    await stockIs(1);
    const { State: _, LastModificationDate: __, $metadata: ___, ...before } = await opened.now();
    await pauseByPerson(opened, { until: noon + 86_400_000 });
    await resumeSchedule(opened);
    expect(await opened.now()).toMatchObject({ ...before, State: "ENABLED" });
    expect(await opened.now()).not.toHaveProperty("StartDate");
  });

  it("turns a pause until a time into one without, and back", async () => {
    await stockIs(1);
    await pauseByPerson(opened, { until: noon + 86_400_000 });
    await pauseByPerson(opened, {});
    expect(await opened.now()).toMatchObject({ State: "DISABLED" });
    expect(await opened.now()).not.toHaveProperty("StartDate");
    expect(await readPause(opened.table)).not.toHaveProperty("until");
    await pauseByPerson(opened, { until: noon + 86_400_000 });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(noon + 86_400_000) });
  });

  it("refuses a time that has passed, and changes nothing", async () => {
    await expect(pauseByPerson(opened, { until: noon - 1 })).rejects.toThrow("2026-11-24T11:59:59.999Z has passed");
    expect(await readPause(opened.table)).toBeUndefined();
  });
});

describe("resumeSchedule", () => {
  it("wakes the schedule where there is stock, and lets an empty one sleep", async () => {
    await pauseByPerson(opened, {});
    await resumeSchedule(opened);
    expect(await opened.state()).toBe("DISABLED");
    await stockIs(1);
    await pauseByPerson(opened, {});
    await resumeSchedule(opened);
    expect(await opened.state()).toBe("ENABLED");
    expect(await readPause(opened.table)).toBeUndefined();
  });

  it("ends a pause that the workflow made", async () => {
    await stockIs(1);
    await writePause(opened.table, { pausedBy: "workflow", reason: "NoCredits" });
    await resumeSchedule(opened);
    expect(await opened.state()).toBe("ENABLED");
  });

  it("drops a StartDate that has passed, which AWS would refuse to be written back", async () => {
    await stockIs(1);
    await pauseByPerson(opened, { until: noon + 60_000 });
    now = noon + 86_400_000;
    await resumeSchedule(opened);
    expect(await opened.now()).toMatchObject({ State: "ENABLED" });
    expect(await opened.now()).not.toHaveProperty("StartDate");
  });
});

describe("changeRhythm", () => {
  const weekly = "cron(0 9 ? * MON *)";

  it("changes the expression, the zone, or both, and wakes no paused schedule", async () => {
    await stockIs(2);
    await pauseByPerson(opened, {});
    await changeRhythm(opened, { expression: weekly });
    expect(await opened.now()).toMatchObject({ State: "DISABLED", ScheduleExpression: weekly });
    await changeRhythm(opened, { timeZone: "America/New_York" });
    expect(await opened.now()).toMatchObject({
      State: "DISABLED",
      ScheduleExpression: weekly,
      ScheduleExpressionTimezone: "America/New_York",
    });
    await resumeSchedule(opened);
    expect(await opened.now()).toMatchObject({ State: "ENABLED", ScheduleExpression: weekly });
  });

  it("keeps a pause until a time, and refuses to make a schedule of it that fires once", async () => {
    await stockIs(2);
    await pauseByPerson(opened, { until: noon + 86_400_000 });
    await changeRhythm(opened, { expression: weekly });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(noon + 86_400_000) });
    await expect(changeRhythm(opened, { expression: "at(2026-12-24T18:00:00)" })).rejects.toThrow(
      "fires once, at 2026-12-24T18:00:00, so it cannot be paused until a given time",
    );
  });

  it("refuses to pause a schedule until a time that fires once", async () => {
    await changeRhythm(opened, { expression: "at(2026-12-24T18:00:00)" });
    await expect(pauseByPerson(opened, { until: noon + 1000 })).rejects.toThrow("fires once");
    expect(await readPause(opened.table)).toBeUndefined();
  });

  it.each([
    [{ expression: "cron(0 18 * * *)" }, /six fields/],
    [{ timeZone: "Berlin" }, /"Berlin" is not a time zone/],
  ])("refuses %j before it asks the scheduler", async (input, message) => {
    calls.splice(0);
    await expect(changeRhythm(opened, input)).rejects.toThrow(message);
    expect(calls.map(({ operation }) => operation)).toEqual(["GetSchedule"]);
  });

  it("writes its change again where another's took it back", async () => {
    await stockIs(1);
    const callers = opened.portsOf("person");
    let writes = 0;
    intercept = async ({ operation, accessKeyId }) => {
      if (operation === "GetSchedule" && accessKeyId === "person" && writes === 1) {
        writes += 1;
        // Somebody had read the old expression and writes it back now.
        await opened.set({ State: "ENABLED" });
      }
      if (operation === "UpdateSchedule" && accessKeyId === "person") writes += 1;
      return undefined;
    };
    await changeRhythm(callers, { expression: weekly });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", ScheduleExpression: weekly });
    expect(writes).toBe(3);
  });
});

describe("the workflow beside a pause until a time", () => {
  it("puts the schedule to sleep when the stock is empty, and what is added wakes it for that time", async () => {
    const until = opened.clock() + 3_600_000;
    await pauseByPerson(opened, { until });
    await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item: { id: stockId, queued: 0 } }));
    await disableSchedule(opened.schedule, opened.clock);
    expect(await opened.state()).toBe("DISABLED");
    await countStock(opened.table, { queued: 1 });
    await enableSchedule(opened.schedule, opened.clock);
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(until) });
    await resumeSchedule(opened);
  });

  it("pauses for its own reason when that time has come", async () => {
    const past = new Date(opened.clock() - 1000).toISOString();
    await writePause(opened.table, { pausedBy: "person", until: past });
    await pauseSchedule(opened.schedule, { reason: "no credits", execution: "run-1", clock: opened.clock });
    expect(await readPause(opened.table)).toMatchObject({ pausedBy: "workflow", reason: "no credits" });
    await resumeSchedule(opened);
  });

  it("leaves a person's pause until a time alone", async () => {
    const until = opened.clock() + 3_600_000;
    await pauseByPerson(opened, { until });
    const paused = await pauseSchedule(opened.schedule, {
      reason: "no credits",
      execution: "run-1",
      clock: opened.clock,
    });
    expect(paused).toMatchObject({ until: null, tell: true });
    expect(await readPause(opened.table)).toMatchObject({ pausedBy: "person" });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(until) });
    await resumeSchedule(opened);
  });
});

describe("the workflow's own pause", () => {
  const hour = 3_600_000;
  const stop = (more: Partial<Parameters<typeof pauseSchedule>[1]> = {}) =>
    pauseSchedule(opened.schedule, {
      error: "NoCredits",
      reason: "X has no credits left",
      execution: "run-1",
      clock: opened.clock,
      ...more,
    });
  const isoIn = (ms: number) => new Date(now + ms).toISOString();

  it("ends by itself: the schedule is awake, and fires again when the same hour of the next day comes", async () => {
    await stockIs(3);
    expect(await stop()).toEqual({
      remaining: 3,
      empty: false,
      schedule: "enabled",
      tell: true,
      until: isoIn(23 * hour),
    });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(now + 23 * hour) });
  });

  it.each([
    ["the day that X names", "2026-12-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["a day later where the time that is named has passed", "2026-11-01T00:00:00.000Z", "2026-11-25T11:00:00.000Z"],
    [
      "a day later where it is further away than a billing cycle",
      "2027-11-01T00:00:00.000Z",
      "2026-11-25T11:00:00.000Z",
    ],
  ])("ends on %s", async (_, named, until) => {
    expect(await stop({ reason: `The limit is reached. Next try at <${named}>.` })).toMatchObject({ until });
  });

  it("is told once for a stop, however often it is tried again, and moves on", async () => {
    await stockIs(3);
    await stop();
    const since = isoIn(0);
    now += 24 * hour;
    expect(await stop({ execution: "run-2" })).toMatchObject({ tell: false, until: isoIn(23 * hour) });
    expect(await readPause(opened.table)).toMatchObject({ pausedAt: since, execution: "run-1" });
    expect(await stop({ execution: "run-2" })).toMatchObject({ tell: false });
    expect(await stop({ execution: "run-3", error: "NotAuthorized" })).toMatchObject({ tell: true });
  });

  it("is told again by the run whose first answer was lost", async () => {
    await stop();
    expect(await stop()).toMatchObject({ tell: true });
  });

  it("is a new stop where something was posted since", async () => {
    await stop();
    now += hour;
    const Item = { id: "p", status: "posted", sortKey: isoIn(0), objectKey: "squares/p.jpg", tweetId: "1" };
    await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
    now += hour;
    expect(await stop({ execution: "run-2" })).toMatchObject({ tell: true });
    expect(await readPause(opened.table)).toMatchObject({ pausedAt: isoIn(0) });
    await opened.table.client.send(new DeleteCommand({ TableName: opened.table.name, Key: { id: "p" } }));
  });

  it("stays while squares are added: without credits they are no failed runs", async () => {
    await stop();
    await countStock(opened.table, { queued: 1 });
    await enableSchedule(opened.schedule, opened.clock);
    expect(await readPause(opened.table)).toMatchObject({ pausedBy: "workflow" });
    expect(await opened.now()).toMatchObject({ State: "ENABLED", StartDate: new Date(now + 23 * hour) });
    await resumeSchedule(opened);
    expect(await readPause(opened.table)).toBeUndefined();
    expect(await opened.now()).not.toHaveProperty("StartDate");
  });

  it("ends as well where an earlier version had it last until somebody resumed", async () => {
    await writePause(opened.table, { pausedBy: "workflow", pausedAt: isoIn(-hour) });
    expect(await readPause(opened.table)).toMatchObject({ until: isoIn(22 * hour) });
    await writePause(opened.table, { pausedBy: "workflow" });
    expect(await readPause(opened.table)).toMatchObject({ until: "1970-01-01T00:00:00.000Z" });
  });
});

describe("what another program put into the queue without counting it", () => {
  const put = (id: string, status = "queued") =>
    opened.table.client.send(
      new PutCommand({
        TableName: opened.table.name,
        Item: { id, status, sortKey: id, objectKey: `squares/${id}.jpg` },
      }),
    );
  const remove = (id: string) =>
    opened.table.client.send(new DeleteCommand({ TableName: opened.table.name, Key: { id } }));

  it("keeps the schedule awake, and is counted", async () => {
    await opened.set({ State: "ENABLED" });
    for (const id of ["a", "b"]) await put(id);
    expect(await disableSchedule(opened.schedule, opened.clock)).toEqual({
      remaining: 2,
      empty: false,
      schedule: "enabled",
    });
    for (const id of ["a", "b"]) await remove(id);
  });

  it("is put right also where it was taken out of a count in which it never was", async () => {
    await opened.set({ State: "ENABLED" });
    await countStock(opened.table, { queued: -1 });
    expect(await disableSchedule(opened.schedule, opened.clock)).toMatchObject({ empty: true, schedule: "disabled" });
    expect((await readStock(opened.table)).queued).toBe(0);
  });

  it("costs no query while the stock says that something is left", async () => {
    await stockIs(1);
    await opened.set({ State: "ENABLED" });
    calls.splice(0);
    await disableSchedule(opened.schedule, opened.clock);
    expect(calls.map(({ operation }) => operation)).not.toContain("Query");
  });
});

describe("disabling that fails half-way", () => {
  // Found by the fault campaign at seed 1262.
  it("wakes at its next try what its first one put to sleep while a square was added", async () => {
    await opened.set({ State: "ENABLED" });
    const { schedule } = opened.portsOf("workflow");
    let writes = 0;
    intercept = async ({ operation, accessKeyId }) => {
      if (operation !== "UpdateSchedule" || accessKeyId !== "workflow") return undefined;
      writes += 1;
      if (writes === 1) await countStock(opened.table, { queued: 1 });
      return writes === 2 ? { kind: "cut" } : undefined;
    };
    await expect(disableSchedule(schedule, opened.clock)).rejects.toMatchObject({ name: "Retryable" });
    expect(await opened.state()).toBe("DISABLED");
    expect(await disableSchedule(schedule, opened.clock)).toEqual({ remaining: 1, empty: false, schedule: "enabled" });
    expect(await opened.state()).toBe("ENABLED");
  });

  it("leaves a schedule asleep that a person paused, whatever stands in the queue", async () => {
    await stockIs(1);
    await pauseByPerson(opened, {});
    expect(await disableSchedule(opened.schedule, opened.clock)).toMatchObject({ remaining: 1, schedule: "disabled" });
  });
});

const verbs = {
  add: async (ports: Ports) => {
    await countStock(ports.table, { queued: 1 });
    await enableSchedule(ports.schedule, ports.clock);
  },
  post: async (ports: Ports) => {
    // Two runs never post the last square: the claim is conditional.
    await ports.table.client
      .send(
        new UpdateCommand({
          TableName: ports.table.name,
          Key: { id: stockId },
          UpdateExpression: "ADD queued :less",
          ConditionExpression: "queued > :none",
          ExpressionAttributeValues: { ":less": -1, ":none": 0 },
        }),
      )
      .catch((error: Error) => {
        if (error.name !== "ConditionalCheckFailedException") throw error;
      });
    await disableSchedule(ports.schedule, ports.clock);
  },
  disable: (ports: Ports) => disableSchedule(ports.schedule, ports.clock),
  /** The workflow itself, because X refuses the keys. */
  giveUp: ({ schedule, clock }: Ports) =>
    pauseSchedule(schedule, {
      error: "NotAuthorized",
      reason: "X does not accept the keys",
      execution: "run-1",
      clock,
    }),
  pause: (ports: Ports) => pauseByPerson(ports, {}),
  resume: (ports: Ports) => resumeSchedule(ports),
  change: (ports: Ports) => changeRhythm(ports, { expression: "cron(0 9 * * ? *)" }),
} satisfies Record<string, (ports: Ports) => Promise<unknown>>;
type VerbName = keyof typeof verbs;

interface Start {
  stock: number;
  isAwake: boolean;
  isPaused: boolean;
}
const starts: Start[] = [
  { stock: 0, isAwake: true, isPaused: false },
  { stock: 1, isAwake: true, isPaused: false },
  { stock: 1, isAwake: false, isPaused: true },
];

describe("whatever happens at the same time, a schedule with stock is awake and one that a person paused asleep", () => {
  let interleaving = createInterleaving([]);
  const people = ["one", "two", "three"] as const;
  const names = Object.keys(verbs) as VerbName[];
  let ports: Record<string, Ports>;
  beforeAll(() => {
    ports = Object.fromEntries(people.map((name) => [name, opened.portsOf(name, () => interleaving.answered())]));
  });

  /** @returns what took effect, in order */
  async function play(
    scripts: readonly (readonly VerbName[])[],
    turns: Parameters<typeof createInterleaving>[0],
    { stock, isAwake, isPaused }: Start,
  ): Promise<string[]> {
    intercept = undefined;
    await opened.table.client.send(
      new PutCommand({ TableName: opened.table.name, Item: { id: stockId, queued: stock } }),
    );
    if (isPaused) await writePause(opened.table, { pausedBy: "person" });
    else await removePause(opened.table);
    await opened.set({ State: isAwake ? "ENABLED" : "DISABLED" });

    interleaving = createInterleaving(turns);
    intercept = interleaving.intercept;
    const callers = scripts.map((script, index) => {
      const name = people[index] ?? "";
      const own = ports[name] ?? opened;
      return [
        name,
        async () => {
          for (const verb of script) await verbs[verb](own);
        },
      ] as const;
    });
    await interleaving.run(Object.fromEntries(callers));
    intercept = undefined;

    const told = `${JSON.stringify(scripts)}: ${interleaving.order.join(", ")}`;
    const [pause, state, left] = [await readPause(opened.table), await opened.state(), await readStock(opened.table)];
    if (pause?.pausedBy === "person") expect(state, told).toBe("DISABLED");
    else if (open(left) > 0) expect(state, told).toBe("ENABLED");
    return interleaving.order;
  }

  it.each(names)("%s, interrupted at each of its calls by every other", async (verb) => {
    for (const [number, other] of names.entries())
      for (let before = 0, calls = 1; before < calls; before += 1) {
        // Each start in turn: a mistake that only one of them shows is there with one of the neighbouring calls too.
        const start = starts[(number + before) % starts.length] as Start;
        const order = await play(
          [[verb], [other]],
          [
            ["one", before],
            ["two", 99],
          ],
          start,
        );
        calls = order.filter((call) => call.startsWith("one ")).length;
      }
  });

  it("several of them by three people, in any order", async () => {
    const script = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 2 });
    const turns = fc.array(fc.tuple(fc.constantFrom(...people), fc.integer({ min: 1, max: 9 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(script, { minLength: 2, maxLength: people.length }),
        turns,
        fc.constantFrom(...starts),
        async (scripts, order, start) => void (await play(scripts, order, start)),
      ),
      { numRuns: 60 },
    );
  });
});
