import { CreateScheduleCommand, type CreateScheduleCommandInput, SchedulerClient } from "@aws-sdk/client-scheduler";
import { vi } from "vitest";
import { startAwsServer } from "../../src/aws-http.ts";
import type { Intercept } from "../../src/emulator.ts";
import type { SchedulerEvent } from "../../src/scheduler/firing.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { credentials, keys } from "../fixed-keys.ts";

export const target = {
  Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:post-square",
  RoleArn: "arn:aws:iam::000000000000:role/post-square-schedule",
};
export const daily = {
  Name: "daily",
  ScheduleExpression: "cron(0 18 * * ? *)",
  ScheduleExpressionTimezone: "Europe/Berlin",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: target,
} satisfies CreateScheduleCommandInput;

/** A scheduler behind HTTP with a clock that the test sets, and a target that takes what it gets. */
export async function startScheduler(
  options: {
    now?: string;
    directory?: string;
    intercept?: Intercept;
    deliver?: (event: SchedulerEvent) => Promise<void>;
    isDeliveredTwice?: () => boolean;
  } = {},
) {
  let now = Date.parse(options.now ?? "2026-06-01T12:00:00Z");
  const delivered: SchedulerEvent[] = [];
  const dead: string[] = [];
  const told = vi.spyOn(console, "error").mockImplementation((...words) => void dead.push(words.join(" ")));
  const scheduler = createScheduler({
    ...(options.directory !== undefined && { directory: options.directory }),
    ...(options.isDeliveredTwice && { isDeliveredTwice: options.isDeliveredTwice }),
    clock: () => now,
    deliver: async (event) => {
      delivered.push(event);
      await options.deliver?.(event);
    },
  });
  const server = await startAwsServer({
    credentials,
    services: [scheduler.service],
    ...(options.intercept && { intercept: options.intercept }),
  });
  const client = new SchedulerClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
  return {
    scheduler,
    client,
    url: server.url,
    delivered,
    dead,
    create: (input: Partial<CreateScheduleCommandInput> = {}) =>
      client.send(new CreateScheduleCommand({ ...daily, ...input })),
    /** Sets the clock, fires what is due, and gives the times that were delivered. */
    async at(time: string) {
      now = Date.parse(time);
      const before = delivered.length;
      const fired = await scheduler.tick();
      const times = delivered.slice(before).map(({ scheduledTime }) => scheduledTime);
      if (fired !== times.length) throw new Error(`tick() said ${fired}, and ${times.length} were delivered`);
      return times;
    },
    async stop() {
      told.mockRestore();
      client.destroy();
      await scheduler.close();
      await server.close();
    },
  };
}
