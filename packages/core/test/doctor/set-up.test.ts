import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { repair } from "@twobytwo/core/doctor/repair";
import { writePause } from "@twobytwo/core/schedule/pause";
import { settleSchedule } from "@twobytwo/core/schedule/settle";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { putQueued } from "../squares/table-fixture.ts";
import { type Clinic, openClinic } from "./clinic.ts";

let clinic: Clinic;
let fault: ((call: Call) => Fault | undefined) | undefined;
beforeEach(async () => {
  fault = undefined;
  clinic = await openClinic({ intercept: (call) => fault?.(call) });
});
afterEach(() => clinic.close());

async function changeSchedule(change: Partial<UpdateScheduleCommandInput>) {
  const { scheduler } = clinic.sandbox.clients;
  const { Target, ScheduleExpression, FlexibleTimeWindow, State } = await scheduler.send(
    new GetScheduleCommand({ Name: names.schedule }),
  );
  const kept = { Name: names.schedule, Target, ScheduleExpression, FlexibleTimeWindow, State };
  await scheduler.send(new UpdateScheduleCommand({ ...kept, ...change }));
}

const putKeys = (keys: object) =>
  clinic.sandbox.clients.ssm.send(
    new PutParameterCommand({
      Name: names.credentials,
      Type: "SecureString",
      Value: JSON.stringify(keys),
      Overwrite: true,
    }),
  );

describe("a deployment in which all is well", () => {
  it("has nothing but good news, a reminder, and no object of the doctor left in the bucket", async () => {
    await clinic.add("dandelion-evening.jpg", { altText: "A dandelion" });
    const checks = await clinic.examine();
    const states = Object.fromEntries(Object.entries(checks).map(([name, { state }]) => [name, state]));
    expect(states).toEqual({
      table: "ok",
      bucket: "ok",
      clock: "ok",
      workflow: "ok",
      schedule: "ok",
      "schedule target": "ok",
      "schedule state": "ok",
      credentials: "ok",
      "X keys": "ok",
      rows: "ok",
      stock: "ok",
      pictures: "ok",
      strays: "ok",
      claims: "ok",
      deletions: "ok",
      review: "ok",
      "alt texts": "ok",
      inbox: "ok",
      refused: "ok",
      "automation label": "info",
    });
    const { s3 } = clinic.sandbox.clients;
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: names.bucket, Prefix: "doctor/" }));
    expect(listed.KeyCount).toBe(0);
    const repairs = await repair(clinic.doctor);
    expect(repairs.map(({ outcome }) => outcome)).toEqual(Array(4).fill("nothing to do"));
  });
});

describe("table, bucket, workflow and clock", () => {
  it("says that there is no such table, and looks at the rest all the same", async () => {
    const table = { ...clinic.ports.table, name: "nowhere" };
    const checks = await clinic.examine({ table });
    expect(checks["table"]).toMatchObject({ state: "wrong", wayOut: expect.stringContaining("Deploy again") });
    expect(checks["rows"]).toMatchObject({ state: "wrong" });
    expect(checks["bucket"]).toMatchObject({ state: "ok" });
    expect(checks["X keys"]).toMatchObject({ state: "ok" });
    const repairs = await repair({ ...clinic.doctor, table });
    expect(repairs.find(({ name }) => name === "stock")).toMatchObject({ outcome: "failed" });
  });

  it("knows a table without the index", async () => {
    await clinic.sandbox.clients.dynamodb.send(
      new CreateTableCommand({
        TableName: "bare",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      }),
    );
    const { table } = await clinic.examine({ table: { ...clinic.ports.table, name: "bare" } });
    expect(table).toMatchObject({ state: "wrong", what: expect.stringContaining("no index byStatus") });
  });

  it("says that the bucket is not there, or what may not be done in it", async () => {
    const bucket = { ...clinic.ports.bucket, name: "no-such-bucket" };
    expect((await clinic.examine({ bucket }))["bucket"]).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("NoSuchBucket"),
      wayOut: expect.stringContaining("Deploy again"),
    });
    fault = ({ operation }) =>
      operation === "PutObject" ? { kind: "refuse", status: 403, code: "AccessDenied", message: "No." } : undefined;
    expect((await clinic.examine())["bucket"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("AWS_PROFILE"),
    });
  });

  it("says that there is no such state machine", async () => {
    const stateMachine = clinic.stateMachine(`${clinic.doctor.stateMachine.arn}-gone`);
    expect((await clinic.examine({ stateMachine }))["workflow"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("Deploy again"),
    });
  });

  it("compares the clock with the bucket's: a minute warns, five minutes are wrong", async () => {
    const off = async (ms: number) => (await clinic.examine({ clock: () => Date.now() + ms }))["clock"];
    expect(await off(30_000)).toMatchObject({ state: "ok" });
    expect(await off(120_000)).toMatchObject({ state: "warning", what: expect.stringContaining("ahead") });
    expect(await off(-360_000)).toMatchObject({ state: "wrong", what: expect.stringContaining("behind") });
  });
});

describe("the schedule", () => {
  it("has to be there", async () => {
    await clinic.sandbox.clients.scheduler.send(new DeleteScheduleCommand({ Name: names.schedule }));
    expect((await clinic.examine())["schedule"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("Deploy again"),
    });
  });

  it("has to fire again", async () => {
    await changeSchedule({ ScheduleExpression: "cron(0 18 1 1 ? 2020)" });
    expect((await clinic.examine())["schedule"]).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("will never fire again"),
      wayOut: expect.stringContaining("2x2 schedule"),
    });
  });

  it("has to start the workflow and tell it the slot", async () => {
    const { Target } = await clinic.sandbox.clients.scheduler.send(new GetScheduleCommand({ Name: names.schedule }));
    await changeSchedule({ Target: { ...Target!, Input: "{}" } });
    expect((await clinic.examine())["schedule target"]).toMatchObject({ state: "wrong" });
    await changeSchedule({ Target: { ...Target!, Arn: `${Target!.Arn}-other` } });
    expect((await clinic.examine())["schedule target"]).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("-other"),
      wayOut: expect.stringContaining("Deploy again"),
    });
  });

  it("is waked where squares wait and nobody paused", async () => {
    await putQueued(clinic.ports.table, { id: "a", sortKey: "a" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({ state: "wrong", repairable: true });
    expect(await repair(clinic.doctor)).toContainEqual(
      expect.objectContaining({ name: "schedule state", outcome: "repaired" }),
    );
    expect(await clinic.scheduleState()).toBe("ENABLED");
    expect((await clinic.examine())["schedule state"]).toMatchObject({ state: "ok" });
  });

  it("is waked, and stays wakeable, where a pause has run out", async () => {
    await putQueued(clinic.ports.table, { id: "a", sortKey: "a" });
    await writePause(clinic.ports.table, { pausedBy: "person", until: "2020-01-01T00:00:00.000Z" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({ state: "wrong", repairable: true });
    await repair(clinic.doctor);
    expect(await clinic.scheduleState()).toBe("ENABLED");
    await changeSchedule({ State: "DISABLED" });
    await clinic.add();
    expect(await clinic.scheduleState()).toBe("ENABLED");
  });

  it("is left asleep where somebody paused, and a pause that does not hold is told", async () => {
    const { table } = clinic.ports;
    await putQueued(table, { id: "a", sortKey: "a" });
    await writePause(table, { pausedBy: "person", reason: "holidays" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({
      state: "ok",
      what: expect.stringContaining("holidays"),
    });
    await repair(clinic.doctor);
    expect(await clinic.scheduleState()).toBe("DISABLED");
    await changeSchedule({ State: "ENABLED" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("2x2 pause"),
    });
    await changeSchedule({ State: "DISABLED" });
    await writePause(table, { pausedBy: "person", until: "2999-01-01T00:00:00.000Z" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("--until 2999-01-01"),
    });
  });

  it("is paused until somebody resumes where the row of the pause cannot be read, and that is said", async () => {
    const { table } = clinic.ports;
    await putQueued(table, { id: "a", sortKey: "a" });
    await table.client.send(new PutCommand({ TableName: table.name, Item: { id: "#schedule", pausedBy: "nobody" } }));
    expect((await clinic.examine())["schedule state"]).toMatchObject({
      state: "wrong",
      what: expect.stringMatching(/#schedule .*pausedBy.*without an end/),
      wayOut: expect.stringContaining("2x2 resume"),
    });
    await repair(clinic.doctor);
    expect(await clinic.scheduleState()).toBe("DISABLED");
  });

  it("is repaired where it is not what a pause until a time wants", async () => {
    const { table } = clinic.ports;
    await putQueued(table, { id: "a", sortKey: "a" });
    await writePause(table, { pausedBy: "person", until: "2999-01-01T00:00:00.000Z" });
    expect((await clinic.examine())["schedule state"]).toMatchObject({ state: "wrong", repairable: true });
    await repair(clinic.doctor);
    expect((await clinic.examine())["schedule state"]).toMatchObject({ state: "ok" });
    expect(await clinic.scheduleState()).toBe("ENABLED");
  });

  it("waits for the end of the workflow's own pause, with the reason and the way to have it sooner", async () => {
    await putQueued(clinic.ports.table, { id: "a", sortKey: "a" });
    const until = "2999-01-01T00:00:00.000Z";
    await writePause(clinic.ports.table, { pausedBy: "workflow", reason: "No credits", error: "NoCredits", until });
    await settleSchedule(clinic.ports.schedule, Date.now);
    await repair(clinic.doctor);
    expect((await clinic.examine())["schedule state"]).toMatchObject({
      state: "warning",
      what: expect.stringMatching(/No credits.*tries one square again at 2999/),
      wayOut: expect.stringContaining("2x2 resume"),
    });
    expect(await clinic.scheduleState()).toBe("ENABLED");
  });
});

describe("the keys", () => {
  it("are told by name where they are missing, and never by value", async () => {
    const { ACCESS_TOKEN_SECRET, CONSUMER_SECRET, ...rest } = await clinic.credentials();
    await putKeys(rest);
    const checks = await clinic.examine();
    expect(checks["credentials"]).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("lacks CONSUMER_SECRET, ACCESS_TOKEN_SECRET"),
      wayOut: "Write all four keys of the X app there.",
    });
    expect(checks["X keys"]).toBeUndefined();
    for (const value of [...Object.values(rest), ACCESS_TOKEN_SECRET, CONSUMER_SECRET])
      expect(JSON.stringify(checks)).not.toContain(value);
  });

  it("are tried by a real call", async () => {
    const keys = await clinic.credentials();
    await putKeys({ ...keys, CONSUMER_SECRET: "another" });
    expect((await clinic.examine())["X keys"]).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("X does not accept the keys"),
      wayOut: "Check the four keys, and this machine's clock.",
    });
    await putKeys(keys);
    clinic.sandbox.x.inject({ kind: "credits-depleted" });
    expect((await clinic.examine())["X keys"]).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("console.x.com"),
    });
  });
});
