import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "@twobytwo/core/clock";
import type { Ports } from "@twobytwo/core/ports";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import type { Schedule } from "@twobytwo/core/schedule/schedule";
import { startAwsServer } from "@twobytwo/sandbox/aws-http";
import { startDynamoDb } from "@twobytwo/sandbox/dynamodb/server";
import type { Intercept } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { createTable } from "@twobytwo/sandbox/provision";
import { createScheduler } from "@twobytwo/sandbox/scheduler/scheduler";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";

/** An empty table and a sleeping schedule that posts every day at 18:00 in Berlin, each on an emulator of this process. */
export async function sleepingSchedule(options: { clock?: Clock; intercept?: Intercept; expression?: string } = {}) {
  const clock = options.clock ?? Date.now;
  const hooks = { credentials, ...(options.intercept && { intercept: options.intercept }) };
  const dynamodb = await startDynamoDb(hooks);
  const scheduler = createScheduler({ clock, deliver: async () => {} });
  const aws = await startAwsServer({ services: [scheduler.service], ...hooks });
  const opened: { destroy(): void }[] = [];

  /** The ports of one caller, whom the emulators know by this name; `onAnswer` sees the end of each of its calls. */
  function portsOf(caller: string, onAnswer?: () => void) {
    const shared = {
      region: "us-east-1",
      credentials: { ...keys, accessKeyId: caller },
      maxAttempts: 1,
    };
    const tableClient = new DynamoDBClient({
      ...shared,
      endpoint: dynamodb.url,
      requestHandler: dynamodb.requestHandler,
    });
    const client = new SchedulerClient({ ...shared, endpoint: aws.url, requestHandler: aws.requestHandler });
    opened.push(tableClient, client);
    if (onAnswer) {
      const outermost = { step: "initialize", priority: "high" } as const;
      tableClient.middlewareStack.add((next) => (args) => next(args).finally(onAnswer), outermost);
      client.middlewareStack.add((next) => (args) => next(args).finally(onAnswer), outermost);
    }
    const table = {
      client: DynamoDBDocumentClient.from(tableClient, { marshallOptions: { removeUndefinedValues: true } }),
      name: names.table,
    };
    const schedule: Schedule = { client, name: "daily", group: "default", table };
    const rankAtEnd = ranksAtEnd(clock, Math.random);
    const sleep: Ports["sleep"] = async () => {};
    return { table, schedule, clock, rankAtEnd, random: Math.random, sleep, tableClient };
  }

  const { tableClient, schedule } = portsOf("sandbox");
  await createTable(tableClient);
  const settings = {
    Name: "daily",
    ScheduleExpression: options.expression ?? "cron(0 18 * * ? *)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: {
      Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:post-square",
      RoleArn: "arn:aws:iam::000000000000:role/post-square-schedule",
      Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
    },
  };
  await schedule.client.send(new CreateScheduleCommand({ ...settings, State: "DISABLED" }));
  const now = async () => schedule.client.send(new GetScheduleCommand({ Name: "daily" }));
  return {
    ...portsOf("sandbox"),
    portsOf,
    now,
    state: async () => (await now()).State,
    /** As somebody does in the console. */
    set: (change: { State: "ENABLED" | "DISABLED"; StartDate?: Date; ScheduleExpression?: string }) =>
      schedule.client.send(new UpdateScheduleCommand({ ...settings, ...change })),
    async close() {
      for (const client of opened) client.destroy();
      await scheduler.close();
      await aws.close();
      await dynamodb.close();
    },
  };
}
