import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { fromAwsError } from "./aws-errors.ts";
import { activePause, readPause, removePause, writePause } from "./pause.ts";
import { open, readStock } from "./stock.ts";
import type { Table } from "./table.ts";

/** One EventBridge schedule, and the table that says who paused it. */
export interface Schedule {
  client: SchedulerClient;
  name: string;
  group: string;
  table: Table;
}

export type ScheduleState = "enabled" | "disabled";

/** All that the scheduler knows of it. */
export async function readSchedule(schedule: Schedule): Promise<GetScheduleCommandOutput> {
  try {
    return await schedule.client.send(new GetScheduleCommand({ Name: schedule.name, GroupName: schedule.group }));
  } catch (error) {
    throw fromAwsError(error, `Reading the schedule ${schedule.group}/${schedule.name}`);
  }
}

/** What the scheduler itself says now. */
export async function scheduleState(schedule: Schedule): Promise<ScheduleState> {
  return (await readSchedule(schedule)).State === "DISABLED" ? "disabled" : "enabled";
}

/**
 * Changes some of a schedule and keeps the rest.
 *
 * @param change what is to be different; a `StartDate` of undefined takes it away.
 */
export async function changeSchedule(
  schedule: Schedule,
  change: Partial<
    Pick<UpdateScheduleCommandInput, "State" | "StartDate" | "ScheduleExpression" | "ScheduleExpressionTimezone">
  >,
): Promise<void> {
  const now = await readSchedule(schedule);
  const { $metadata, Arn, CreationDate, LastModificationDate, ...kept } = now;
  const changes = Object.entries(change) as [keyof typeof change, unknown][];
  if (changes.every(([name, value]) => kept[name] === value)) return;
  try {
    await schedule.client.send(
      // UpdateSchedule replaces the whole schedule: what is not written back is lost.
      new UpdateScheduleCommand({
        ...kept,
        ...change,
        Name: schedule.name,
        GroupName: schedule.group,
        ScheduleExpression: change.ScheduleExpression ?? kept.ScheduleExpression,
        FlexibleTimeWindow: kept.FlexibleTimeWindow,
        Target: kept.Target,
      }),
    );
  } catch (error) {
    throw fromAwsError(error, `Changing the schedule ${schedule.group}/${schedule.name}`);
  }
}

/** Wakes the schedule, unless a person paused it: before, or while this was going on. */
export async function enableSchedule(schedule: Schedule, now = Date.now()): Promise<ScheduleState> {
  const pause = await readPause(schedule.table);
  if (activePause(pause, now)?.pausedBy === "person") return scheduleState(schedule);
  if (pause?.pausedBy === "workflow") await removePause(schedule.table, "workflow");
  await changeSchedule(schedule, { State: "ENABLED" });
  if (activePause(await readPause(schedule.table), now)?.pausedBy !== "person") return "enabled";
  await changeSchedule(schedule, { State: "DISABLED" });
  return "disabled";
}

export interface StockReport {
  /** Squares in the queue. */
  remaining: number;
  /** Nothing is left that the workflow could still post. */
  empty: boolean;
  schedule: ScheduleState;
}

export async function checkStock(schedule: Schedule): Promise<StockReport> {
  const [stock, state] = await Promise.all([readStock(schedule.table), scheduleState(schedule)]);
  return { remaining: stock.queued, empty: open(stock) === 0, schedule: state };
}

/**
 * Puts the schedule to sleep when nothing is left to post. The stock is looked at again afterwards: a square
 * added in between has woken the schedule before we put it to sleep.
 */
export async function disableWhenEmpty(schedule: Schedule): Promise<StockReport> {
  const before = await checkStock(schedule);
  if (!before.empty) return before;
  await changeSchedule(schedule, { State: "DISABLED" });
  const after = await readStock(schedule.table);
  const empty = open(after) === 0;
  return { remaining: after.queued, empty, schedule: empty ? "disabled" : await enableSchedule(schedule) };
}

/**
 * Puts the schedule to sleep for a reason that concerns every square, such as keys that X refuses. A person's own
 * pause stays as it is.
 */
export async function pauseByWorkflow(
  schedule: Schedule,
  input: { reason: string; now: number },
): Promise<StockReport> {
  await writePause(schedule.table, {
    pausedBy: "workflow",
    pausedAt: new Date(input.now).toISOString(),
    reason: input.reason,
  });
  await changeSchedule(schedule, { State: "DISABLED" });
  return { ...(await checkStock(schedule)), schedule: "disabled" };
}
