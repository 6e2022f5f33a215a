import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { readPause, writePause } from "@twobytwo/core/schedule/pause";
import { enableSchedule } from "@twobytwo/core/schedule/settle";
import { countStock, putQueued } from "@twobytwo/core/test/squares/table-fixture";
import { watch } from "@twobytwo/core/watch/watch";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { topicArn } from "@twobytwo/sandbox/names";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** The schedule posts every day at 18:00 UTC. */
const at = (day: number, time: string) => Date.parse(`2027-03-${String(day).padStart(2, "0")}T${time}:00Z`);

const look = async (now: number, topic = topicArn) => {
  const { table, schedule } = stage.ports;
  const alerts = { client: stage.sandbox.clients.sns, topicArn: topic };
  return (await watch({ table, schedule, alerts, clock: () => now, stage: "sandbox" })).told;
};
const mail = () => stage.sandbox.sns.messages().at(-1);

async function queue(count: number, prefix = "SQUARE") {
  const rows = Array.from({ length: count }, (_, number) => `${prefix}${String(number).padStart(2, "0")}`);
  await putQueued(stage.ports.table, ...rows.map((id) => ({ id, sortKey: id })));
}

/** As the workflow leaves a square that it has posted. */
async function posted(id: string, now: number) {
  const { client, name: TableName } = stage.ports.table;
  const postedAt = new Date(now).toISOString();
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { id },
      UpdateExpression: "SET #status = :posted, sortKey = :at, postedAt = :at, tweetId = :tweet",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":posted": "posted", ":at": postedAt, ":tweet": "1" },
    }),
  );
  await countStock(stage.ports.table, { queued: -1, posted: 1 });
}

const wake = () => enableSchedule(stage.ports.schedule, () => at(1, "12:00"));

const putToSleep = () => setSchedule({ State: "DISABLED" });

/** As somebody does in the console. */
async function setSchedule(change: { State: "ENABLED" | "DISABLED"; StartDate?: Date }) {
  const { client, name: Name, group: GroupName } = stage.ports.schedule;
  const { $metadata, Arn, CreationDate, LastModificationDate, ...kept } = await client.send(
    new GetScheduleCommand({ Name, GroupName }),
  );
  await client.send(
    new UpdateScheduleCommand({
      ...kept,
      Name,
      ScheduleExpression: kept.ScheduleExpression,
      FlexibleTimeWindow: kept.FlexibleTimeWindow,
      Target: kept.Target,
      ...change,
    }),
  );
}

async function readSchedule() {
  const { client, name: Name, group: GroupName } = stage.ports.schedule;
  const { State, StartDate } = await client.send(new GetScheduleCommand({ Name, GroupName }));
  return { State, StartDate };
}

describe("a queue from which nothing is posted", () => {
  it("is told after one and a half intervals, once, and again only after another post", async () => {
    await queue(20);
    await wake();
    expect(await look(at(1, "12:00"))).toEqual([]);
    // The first slot is at 18:00, the next one a day later: half-way between them is long enough.
    expect(await look(at(2, "05:59"))).toEqual([]);
    expect(await look(at(2, "06:00"))).toEqual(["silent"]);
    expect(mail()).toMatchObject({
      subject: "2x2 sandbox: nothing was posted for one and a half intervals",
      message: expect.stringMatching(/20 squares[\s\S]*“Square SQUARE00” \(SQUARE00\)[\s\S]*Next: `2x2 runs`/),
    });
    expect(await look(at(5, "12:00"))).toEqual([]);
    await posted("SQUARE00", at(5, "18:00"));
    expect(await look(at(6, "19:00"))).toEqual([]);
    expect(await look(at(7, "06:00"))).toEqual(["silent"]);
    expect(mail()?.message).toContain("The latest post is “Square SQUARE00” (SQUARE00).");
  });

  it("is no silence while all that is left waits for its date, and one and a half intervals after that date it is", async () => {
    const { table } = stage.ports;
    const row = {
      id: "DATED",
      status: "dated",
      sortKey: "2027-03-08T00:00:00.000Z",
      objectKey: "a.jpg",
      title: "Opening",
    };
    await table.client.send(new PutCommand({ TableName: table.name, Item: row }));
    await countStock(table, { dated: 1 });
    expect(await look(at(1, "12:00"))).toEqual(["woken"]);
    expect(mail()?.message).toContain("1 square could be posted");
    expect(await look(at(7, "23:00"))).toEqual([]);
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect(await look(at(8, "00:00"))).toEqual([]);
    expect(await look(at(9, "06:00"))).toEqual(["silent"]);
    expect(mail()?.message).toContain("The next square is “Opening” (DATED).");
  });

  it("has a schedule that sleeps beside it: woken at the first look, and told once a day", async () => {
    await queue(20);
    expect(await look(at(1, "12:00"))).toEqual(["woken"]);
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect(mail()).toMatchObject({ subject: expect.stringContaining("slept while squares were waiting") });
    await putToSleep();
    expect(await look(at(1, "13:00"))).toEqual([]);
    expect(await stage.scheduleState()).toBe("ENABLED");
    await putToSleep();
    expect(await look(at(2, "13:00"))).toContain("woken");
  });

  it("is woken also where another program put squares there without counting them", async () => {
    const row = { id: "UNCOUNTED", status: "queued", sortKey: "a", objectKey: "squares/a.jpg", title: "A" };
    await stage.ports.table.client.send(new PutCommand({ TableName: stage.ports.table.name, Item: row }));
    expect(await look(at(1, "12:00"))).toContain("woken");
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect(await stage.stock()).toEqual({ queued: 1 });
  });

  it("sleeps on while a person has paused", async () => {
    await queue(20);
    await writePause(stage.ports.table, { pausedBy: "person" });
    expect(await look(at(1, "12:00"))).toEqual([]);
    expect(await stage.scheduleState()).toBe("DISABLED");
  });
});

describe("whatever ended half-way", () => {
  const until = "2027-03-09T12:00:00.000Z";
  const StartDate = new Date(until);

  it("a schedule that still waits for the end of a pause that is over goes on", async () => {
    await queue(20);
    await setSchedule({ State: "ENABLED", StartDate });
    expect(await look(at(1, "12:00"))).toEqual([]);
    expect(await readSchedule()).toEqual({ State: "ENABLED", StartDate: undefined });
  });

  it("a schedule that sleeps under a pause until a time wakes then", async () => {
    await queue(20);
    await writePause(stage.ports.table, { pausedBy: "person", until });
    expect(await look(at(1, "12:00"))).toEqual([]);
    expect(await readSchedule()).toEqual({ State: "ENABLED", StartDate });
  });

  it("a schedule that a person paused, and that is awake all the same, sleeps", async () => {
    await queue(20);
    await wake();
    await writePause(stage.ports.table, { pausedBy: "person" });
    expect(await look(at(1, "12:00"))).toEqual([]);
    expect(await stage.scheduleState()).toBe("DISABLED");
  });

  it("a schedule that had to be woken is told of at the next look where the mail could not be sent", async () => {
    await queue(20);
    await expect(look(at(1, "12:00"), `${topicArn}-that-is-not-there`)).rejects.toThrow();
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect(await look(at(1, "13:00"))).toEqual(["woken"]);
    expect(await look(at(2, "14:00"))).not.toContain("woken");
  });

  it("a stock that counts squares of which there are none fails no run any more", async () => {
    const { client, name: TableName } = stage.ports.table;
    await client.send(new PutCommand({ TableName, Item: { id: "#stock", queued: 2 } }));
    expect(await look(at(1, "12:00"))).toEqual([]);
    expect(await stage.stock()).toEqual({});
    expect((await stage.run()).output).toMatchObject({ outcome: "empty" });
  });
});

describe("a pause of the workflow's own", () => {
  it("is told to be over when something was posted, once, and is gone then", async () => {
    await queue(20);
    const reason = "X has no credits left: buy some at console.x.com.";
    const pause = { pausedBy: "workflow", pausedAt: "2027-03-01T18:00:05.000Z", error: "NoCredits", reason } as const;
    const toldAt = "2027-03-01T18:00:09.000Z";
    await writePause(stage.ports.table, { ...pause, toldAt, until: "2027-03-02T17:00:05.000Z" });
    await wake();
    expect(await look(at(1, "19:00"))).toEqual([]);
    expect(await look(at(2, "17:30"))).toEqual([]);
    await posted("SQUARE00", at(2, "18:00"));
    expect(await look(at(2, "18:30"))).toEqual(["goes on"]);
    expect(mail()).toMatchObject({ message: expect.stringContaining(reason) });
    expect(await readPause(stage.ports.table)).toBeUndefined();
    expect(await look(at(2, "19:30"))).toEqual([]);
  });
});

describe("a stop of the workflow of which nobody was told", () => {
  const stop = { pausedBy: "workflow", pausedAt: "2027-03-01T18:00:05.000Z", error: "NoCredits" } as const;
  const pause = { ...stop, reason: "X has no credits left.", execution: "run-1", until: "2027-03-02T17:00:05.000Z" };

  it("is told when the run that stopped has ended for sure, and once", async () => {
    await queue(20);
    await writePause(stage.ports.table, pause);
    await wake();
    expect(await look(at(1, "19:59"))).toEqual([]);
    expect(await look(at(1, "20:01"))).toEqual(["stopped"]);
    expect(mail()).toMatchObject({
      subject: "2x2 sandbox: posting has stopped",
      message: expect.stringMatching(/no credits left[\s\S]*tried again at 2027-03-02T17:00:05/),
    });
    expect(await look(at(1, "21:00"))).toEqual([]);
  });

  it("is none where the run has told of it", async () => {
    await queue(20);
    await writePause(stage.ports.table, { ...pause, toldAt: "2027-03-01T18:00:09.000Z" });
    await wake();
    expect(await look(at(1, "20:01"))).toEqual([]);
  });

  it("is noted to be told by the run itself", async () => {
    await stage.add();
    stage.sandbox.x.inject({ kind: "unauthorized", operation: "POST /2/tweets", times: "always" });
    expect((await stage.run()).states).toContain("Notify");
    expect(await readPause(stage.ports.table)).toMatchObject({ error: "NotAuthorized", toldAt: expect.any(String) });
  });
});

describe("the look itself", () => {
  it("is a function of its own, and an event that comes twice tells nothing twice", async () => {
    await stage.add();
    const event = { "detail-type": "Scheduled Event", source: "aws.events" };
    const invoke = () => stage.sandbox.lambda.invoke(functionArn("watch"), event);
    expect(await invoke()).toMatchObject({ payload: { told: ["low stock"] } });
    expect(await invoke()).toMatchObject({ payload: { told: [] } });
  });

  it("is told twice rather than never: what cannot be mailed is not remembered", async () => {
    await queue(1);
    await wake();
    const { table, schedule } = stage.ports;
    const alerts = { client: stage.sandbox.clients.sns, topicArn: `${topicArn}-that-is-not-there` };
    const failing = watch({ table, schedule, alerts, clock: () => at(1, "12:00"), stage: "sandbox" });
    await expect(failing).rejects.toMatchObject({ name: expect.stringContaining("NotFound") });
    expect(await look(at(1, "13:00"))).toEqual(["low stock"]);
  });

  it("goes on where its memory cannot be read", async () => {
    await queue(1);
    await wake();
    const { client, name: TableName } = stage.ports.table;
    await client.send(new PutCommand({ TableName, Item: { id: "#watch", lowStock: "seven" } }));
    expect(await look(at(1, "12:00"))).toEqual(["low stock"]);
  });
});
