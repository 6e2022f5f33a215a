import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  TagResourceCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { daily, startScheduler, target } from "./started.ts";

let sandbox: Awaited<ReturnType<typeof startScheduler>>;
beforeEach(async () => {
  sandbox = await startScheduler();
});
afterEach(async () => {
  await sandbox.stop();
});

const refusal = (name: string, status: number, message: string) =>
  expect.objectContaining({
    name,
    message: expect.stringContaining(message),
    $metadata: expect.objectContaining({ httpStatusCode: status }),
  });

describe("CreateSchedule and GetSchedule", () => {
  it("keeps a schedule as it was sent", async () => {
    const whole: CreateScheduleCommandInput = {
      Name: "whole",
      ScheduleExpression: "rate(6 hours)",
      ScheduleExpressionTimezone: "America/New_York",
      StartDate: new Date("2026-06-02T00:00:00Z"),
      EndDate: new Date("2027-06-02T00:00:00Z"),
      Description: "Posts a square – every 6 hours",
      State: "DISABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "NONE",
      Target: {
        Arn: target.Arn,
        RoleArn: target.RoleArn,
        Input: '"<aws.scheduler.scheduled-time>"',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:dead" },
        SqsParameters: { MessageGroupId: "squares" },
      },
    };
    const { ScheduleArn } = await sandbox.client.send(new CreateScheduleCommand(whole));
    expect(ScheduleArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule/default/whole");
    const { $metadata, ...read } = await sandbox.client.send(new GetScheduleCommand({ Name: "whole" }));
    expect(read).toEqual({
      ...whole,
      GroupName: "default",
      Arn: ScheduleArn,
      CreationDate: new Date("2026-06-01T12:00:00Z"),
      LastModificationDate: new Date("2026-06-01T12:00:00Z"),
    });
  });

  it("fills in what AWS fills in", async () => {
    const { ScheduleExpressionTimezone, ...without } = daily;
    await sandbox.client.send(new CreateScheduleCommand(without));
    expect(await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }))).toMatchObject({
      State: "ENABLED",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "NONE",
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
  });

  it.each<[string, Partial<CreateScheduleCommandInput>]>([
    ["exactly one of them must be", { ScheduleExpression: "cron(0 18 * * * *)" }],
    ["is not a schedule", { ScheduleExpression: "0 18 * * *" }],
    ["is not a time zone", { ScheduleExpressionTimezone: "Europe/Berln" }],
    ["is not a time zone", { ScheduleExpressionTimezone: "asia/kolkata" }],
    ["is not a time zone", { ScheduleExpressionTimezone: "EST" }],
    ["Name", { Name: "with space" }],
    ["Name", { Name: "a".repeat(65) }],
    ["FlexibleTimeWindow", { FlexibleTimeWindow: undefined }],
    ["fires on time", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 } }],
    ["KmsKeyArn", { KmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/1" }],
    ["Target", { Target: undefined }],
    ["Target.RoleArn", { Target: { Arn: target.Arn, RoleArn: "me" } }],
    ["Target.Arn", { Target: { Arn: "post-square", RoleArn: target.RoleArn } }],
    ["well-formed JSON", { Target: { ...target, Input: "{" } }],
    ["scheduled-time alone", { Target: { ...target, Input: '"<aws.scheduler.attempt-number>"' } }],
    ["256 KB", { Target: { ...target, Input: `"${"x".repeat(256 * 1024)}"` } }],
    ["MaximumRetryAttempts", { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } }],
    ["MaximumEventAgeInSeconds", { Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 59 } } }],
    ["State", { State: "PAUSED" as "ENABLED" }],
    ["deletes no schedule by itself", { ActionAfterCompletion: "DELETE" }],
    ["before the EndDate", { StartDate: new Date("2026-07-01"), EndDate: new Date("2026-07-01") }],
    ["5 minutes ago", { StartDate: new Date("2026-06-01T11:54:59Z") }],
  ])("refuses with %s: %j", async (message, input) => {
    await expect(sandbox.create(input)).rejects.toEqual(refusal("ValidationException", 400, message));
  });

  it("refuses a name that is taken", async () => {
    await sandbox.create();
    await expect(sandbox.create()).rejects.toEqual(refusal("ConflictException", 409, "default/daily"));
  });

  it("refuses a group that does not exist", async () => {
    const attempt = sandbox.create({ GroupName: "squares" });
    await expect(attempt).rejects.toEqual(refusal("ResourceNotFoundException", 404, "group squares"));
  });

  it("answers the same for the same client token, without making it again", async () => {
    const first = await sandbox.create({ ClientToken: "token-1" });
    const again = await sandbox.create({ ClientToken: "token-1" });
    expect(again.ScheduleArn).toBe(first.ScheduleArn);
    const other = sandbox.create({ ClientToken: "token-1", Description: "another" });
    await expect(other).rejects.toEqual(refusal("ConflictException", 409, "token-1"));
    await expect(sandbox.create({ ClientToken: "token-2" })).rejects.toEqual(
      refusal("ConflictException", 409, "daily"),
    );
  });

  it("refuses what is not there", async () => {
    const missing = refusal("ResourceNotFoundException", 404, "default/nobody");
    await expect(sandbox.client.send(new GetScheduleCommand({ Name: "nobody" }))).rejects.toEqual(missing);
    await expect(sandbox.client.send(new DeleteScheduleCommand({ Name: "nobody" }))).rejects.toEqual(missing);
    await expect(sandbox.client.send(new UpdateScheduleCommand({ ...daily, Name: "nobody" }))).rejects.toEqual(missing);
  });

  it.each([
    ["GET /schedules", new ListSchedulesCommand({})],
    ["POST /tags/", new TagResourceCommand({ ResourceArn: "arn:x", Tags: [] })],
    ["POST /schedule-groups/squares", new CreateScheduleGroupCommand({ Name: "squares" })],
  ])("names an operation that it does not have: %s", async (operation, command) => {
    const attempt = sandbox.client.send(command as TagResourceCommand);
    await expect(attempt).rejects.toEqual(
      refusal("NotImplemented", 501, `The sandbox has no service for ${operation}`),
    );
  });
});

describe("UpdateSchedule", () => {
  it("replaces everything: what is left out is reset", async () => {
    await sandbox.create({ Description: "words", State: "DISABLED" });
    await sandbox.at("2026-06-01T13:00:00Z");
    await sandbox.client.send(new UpdateScheduleCommand({ ...daily, ScheduleExpressionTimezone: undefined }));
    const read = await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }));
    expect(read).toMatchObject({
      State: "ENABLED",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "NONE",
      CreationDate: new Date("2026-06-01T12:00:00Z"),
      LastModificationDate: new Date("2026-06-01T13:00:00Z"),
    });
    expect(read.Description).toBeUndefined();
  });

  it("takes back what GetSchedule gave, though its StartDate is past by then", async () => {
    await sandbox.create({ StartDate: new Date("2026-06-01T12:00:00Z") });
    await sandbox.at("2026-06-01T15:59:00Z");
    const { $metadata, Arn, CreationDate, LastModificationDate, ...kept } = await sandbox.client.send(
      new GetScheduleCommand({ Name: "daily" }),
    );
    const input = { ...kept, Name: "daily", ScheduleExpression: "rate(1 hour)", State: "DISABLED" as const };
    const { FlexibleTimeWindow, Target } = daily;
    await sandbox.client.send(new UpdateScheduleCommand({ ...input, FlexibleTimeWindow, Target }));
    expect(await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }))).toMatchObject({
      State: "DISABLED",
      StartDate: new Date("2026-06-01T12:00:00Z"),
    });
  });

  it("changes nothing when it is refused", async () => {
    await sandbox.create();
    const attempt = sandbox.client.send(new UpdateScheduleCommand({ ...daily, ScheduleExpression: "rate(0 days)" }));
    await expect(attempt).rejects.toEqual(refusal("ValidationException", 400, "is not a rate"));
    const read = await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }));
    expect(read.ScheduleExpression).toBe(daily.ScheduleExpression);
  });

  it("does not act twice for one client token", async () => {
    await sandbox.create();
    const first = new UpdateScheduleCommand({ ...daily, State: "DISABLED", ClientToken: "one" });
    await sandbox.client.send(first);
    await sandbox.client.send(new UpdateScheduleCommand({ ...daily, State: "ENABLED", ClientToken: "two" }));
    await sandbox.client.send(first);
    expect((await sandbox.client.send(new GetScheduleCommand({ Name: "daily" }))).State).toBe("ENABLED");
  });
});

describe("DeleteSchedule", () => {
  it("deletes, and answers the same for the same client token", async () => {
    await sandbox.create();
    const command = new DeleteScheduleCommand({ Name: "daily", GroupName: "default", ClientToken: "one" });
    await sandbox.client.send(command);
    await sandbox.client.send(command);
    const attempt = sandbox.client.send(new GetScheduleCommand({ Name: "daily" }));
    await expect(attempt).rejects.toEqual(refusal("ResourceNotFoundException", 404, "default/daily"));
  });
});

describe("with a directory", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scheduler-"));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("keeps schedules over a restart", async () => {
    const first = await startScheduler({ directory: join(directory, "new") });
    await first.create({ Description: "words" });
    await first.stop();
    const second = await startScheduler({ directory: join(directory, "new") });
    const read = await second.client.send(new GetScheduleCommand({ Name: "daily" }));
    expect(read.Description).toBe("words");
    await second.stop();
  });

  it("writes before it answers", async () => {
    const started = await startScheduler({ directory });
    await started.create();
    expect(await readFile(join(directory, "schedules.json"), "utf8")).toContain('"daily"');
    await started.client.send(new DeleteScheduleCommand({ Name: "daily" }));
    expect(await readFile(join(directory, "schedules.json"), "utf8")).not.toContain('"daily"');
    expect((await stat(join(directory, "schedules.json"))).isFile()).toBe(true);
    await started.stop();
  });

  it("says which file is damaged", async () => {
    await writeFile(join(directory, "schedules.json"), "{");
    await expect(startScheduler({ directory })).rejects.toThrow(/schedules\.json is damaged: delete it/);
  });
});
