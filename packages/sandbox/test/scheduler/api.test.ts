import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  type ListSchedulesCommandInput,
  paginateListSchedules,
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
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
      ActionAfterCompletion: "DELETE",
      KmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/1",
      Target: {
        Arn: "arn:aws:sqs:us-east-1:000000000000:squares.fifo",
        RoleArn: target.RoleArn,
        Input: "plain text",
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
    ["Name", { Name: "with space" }],
    ["Name", { Name: "a".repeat(65) }],
    ["FlexibleTimeWindow", { FlexibleTimeWindow: undefined }],
    ["FlexibleTimeWindow", { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }],
    ["FlexibleTimeWindow", { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1441 } }],
    ["Target", { Target: undefined }],
    ["Target.RoleArn", { Target: { Arn: target.Arn, RoleArn: "me" } }],
    ["Target.Arn", { Target: { Arn: "post-square", RoleArn: target.RoleArn } }],
    ["well-formed JSON", { Target: { ...target, Input: "{" } }],
    ["256 KB", { Target: { ...target, Input: `"${"x".repeat(256 * 1024)}"` } }],
    ["MaximumRetryAttempts", { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } }],
    ["MaximumEventAgeInSeconds", { Target: { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 59 } } }],
    ["State", { State: "PAUSED" as "ENABLED" }],
    ["before the EndDate", { StartDate: new Date("2026-07-01"), EndDate: new Date("2026-07-01") }],
    ["5 minutes ago", { StartDate: new Date("2026-06-01T11:54:59Z") }],
  ])("refuses with %s: %j", async (message, input) => {
    await expect(sandbox.create(input)).rejects.toEqual(refusal("ValidationException", 400, message));
    expect((await sandbox.client.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
  });

  it("refuses a name that is taken, but not in another group", async () => {
    await sandbox.create();
    await expect(sandbox.create()).rejects.toEqual(refusal("ConflictException", 409, "default/daily"));
    await sandbox.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    const { ScheduleArn } = await sandbox.create({ GroupName: "squares" });
    expect(ScheduleArn).toMatch(/:schedule\/squares\/daily$/);
    const read = await sandbox.client.send(new GetScheduleCommand({ Name: "daily", GroupName: "squares" }));
    expect(read.GroupName).toBe("squares");
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

  it("names an operation that it does not have", async () => {
    const attempt = sandbox.client.send(new TagResourceCommand({ ResourceArn: "arn:x", Tags: [] }));
    await expect(attempt).rejects.toEqual(refusal("UnknownOperationException", 404, "POST /tags/"));
  });
});

describe("UpdateSchedule", () => {
  it("replaces everything: what is left out is reset", async () => {
    await sandbox.create({ Description: "words", State: "DISABLED", ActionAfterCompletion: "DELETE" });
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

describe("ListSchedules", () => {
  it("pages, and filters by group, prefix and state", async () => {
    await sandbox.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    for (const Name of ["b", "a2", "a1"]) await sandbox.create({ Name });
    await sandbox.create({ Name: "a1", GroupName: "squares", State: "DISABLED" });

    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListSchedules({ client: sandbox.client, pageSize: 3 }, {})) {
      pages.push((page.Schedules ?? []).map(({ GroupName, Name }) => `${GroupName}/${Name}`));
    }
    expect(pages).toEqual([["default/a1", "default/a2", "default/b"], ["squares/a1"]]);

    const list = async (input: ListSchedulesCommandInput) =>
      (await sandbox.client.send(new ListSchedulesCommand(input))).Schedules?.map(({ Arn }) => Arn?.split(":").pop());
    expect(await list({ NamePrefix: "a", GroupName: "default" })).toEqual([
      "schedule/default/a1",
      "schedule/default/a2",
    ]);
    expect(await list({ State: "DISABLED" })).toEqual(["schedule/squares/a1"]);
    await expect(list({ GroupName: "nobody" })).rejects.toEqual(refusal("ResourceNotFoundException", 404, "nobody"));
    await expect(list({ MaxResults: 101 })).rejects.toEqual(refusal("ValidationException", 400, "MaxResults"));
  });

  it("shows of the target its ARN alone", async () => {
    await sandbox.create();
    const { Schedules } = await sandbox.client.send(new ListSchedulesCommand({}));
    expect(Schedules).toEqual([
      {
        Arn: "arn:aws:scheduler:us-east-1:000000000000:schedule/default/daily",
        Name: "daily",
        GroupName: "default",
        State: "ENABLED",
        CreationDate: new Date("2026-06-01T12:00:00Z"),
        LastModificationDate: new Date("2026-06-01T12:00:00Z"),
        Target: { Arn: target.Arn },
      },
    ]);
  });
});

describe("schedule groups", () => {
  it("are made, read and listed; default is always there", async () => {
    const { ScheduleGroupArn } = await sandbox.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    expect(ScheduleGroupArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule-group/squares");
    const { $metadata, ...group } = await sandbox.client.send(new GetScheduleGroupCommand({ Name: "squares" }));
    expect(group).toEqual({
      Name: "squares",
      Arn: ScheduleGroupArn,
      State: "ACTIVE",
      CreationDate: new Date("2026-06-01T12:00:00Z"),
      LastModificationDate: new Date("2026-06-01T12:00:00Z"),
    });
    const { ScheduleGroups } = await sandbox.client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(["default", "squares"]);
    const again = sandbox.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    await expect(again).rejects.toEqual(refusal("ConflictException", 409, "squares"));
  });

  it("take their schedules with them", async () => {
    await sandbox.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    await sandbox.create({ GroupName: "squares" });
    await sandbox.create();
    await sandbox.client.send(new DeleteScheduleGroupCommand({ Name: "squares" }));
    const missing = (what: string) => refusal("ResourceNotFoundException", 404, what);
    const { client } = sandbox;
    await expect(client.send(new GetScheduleGroupCommand({ Name: "squares" }))).rejects.toEqual(missing("squares"));
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: "squares" }))).rejects.toEqual(missing("squares"));
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toHaveLength(1);
    const last = client.send(new DeleteScheduleGroupCommand({ Name: "default" }));
    await expect(last).rejects.toEqual(refusal("ValidationException", 400, "default"));
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

  it("keeps groups and schedules over a restart", async () => {
    const first = await startScheduler({ directory: join(directory, "new") });
    await first.client.send(new CreateScheduleGroupCommand({ Name: "squares" }));
    await first.create({ GroupName: "squares", Description: "words" });
    await first.stop();
    const second = await startScheduler({ directory: join(directory, "new") });
    const read = await second.client.send(new GetScheduleCommand({ Name: "daily", GroupName: "squares" }));
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
