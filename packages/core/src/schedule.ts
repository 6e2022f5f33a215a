import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { fromAwsError } from "./aws-errors.ts";
import type { Clock } from "./clock.ts";
import { TaskError } from "./errors.ts";
import { nextTryIn } from "./next-try.ts";
import { activePause, type Pause, readPause, workflowPauseMs, writePause } from "./pause.ts";
import { countUncounted, open, readStock } from "./stock.ts";
import { rowsByStatus, type Table } from "./table.ts";

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
  const asIs = (value: unknown) => (value instanceof Date ? value.getTime() : value);
  if (changes.every(([name, value]) => asIs(kept[name]) === asIs(value))) return;
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

/** What a schedule has to be; without `State` it may be either. */
type Goal = { State?: "ENABLED" | "DISABLED"; StartDate: Date | undefined };

/** What the pause and the stock ask of the schedule at this moment. */
export async function goalOf({ table }: Schedule, clock: Clock): Promise<Goal> {
  const [pause, stock] = await Promise.all([readPause(table), readStock(table)]);
  const active = activePause(pause, clock());
  // Awake although nothing is posted before: the scheduler goes on by itself, and no machine has to.
  if (active?.until !== undefined) return { State: "ENABLED", StartDate: new Date(active.until) };
  if (active !== undefined) return { State: "DISABLED", StartDate: undefined };
  // An empty schedule may sleep or fire into nothing; putting it to sleep is the workflow's.
  return { ...(open(stock) > 0 && { State: "ENABLED" as const }), StartDate: undefined };
}

/** The scheduler has no way to say "only if it is as I read it": another's change may take ours back. */
export const mostTries = 8;

export const unsettled = () =>
  new TaskError("retryable", "Others kept changing the schedule or its pause at the same time: try again.");

/**
 * Makes the schedule what the pause and the stock ask for, and looks at both again after each change: what
 * others change in between, they or we see.
 *
 * @throws Retryable where others kept changing them.
 */
export async function settleSchedule(schedule: Schedule, clock: Clock): Promise<void> {
  let goal = await goalOf(schedule, clock);
  for (let tries = 0; tries < mostTries; tries += 1) {
    await changeSchedule(schedule, goal);
    const again = await goalOf(schedule, clock);
    if (again.State === goal.State && again.StartDate?.getTime() === goal.StartDate?.getTime()) return;
    goal = again;
  }
  throw unsettled();
}

/**
 * Wakes the schedule where there is stock, unless a person paused it: before, or while this was going on. Where the workflow
 * paused, it is awake and fires when that pause is over: ten squares that are added without credits are no ten failed runs.
 */
export async function enableSchedule(schedule: Schedule, clock: Clock = Date.now): Promise<ScheduleState> {
  await settleSchedule(schedule, clock);
  return scheduleState(schedule);
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
  return { remaining: stock.queued, empty: open(stock) <= 0, schedule: state };
}

/**
 * Puts the schedule to sleep when nothing is left to post. The stock is looked at again afterwards: a square
 * added in between has woken the schedule before we put it to sleep. Tried again after it failed half-way, it
 * may find stock and a schedule that its own first try put to sleep.
 */
export async function disableWhenEmpty(schedule: Schedule, clock: Clock): Promise<StockReport> {
  const before = await checkStock(schedule);
  if (!before.empty) return before.schedule === "enabled" ? before : settled(schedule, clock);
  if ((await countUncounted(schedule.table, await readStock(schedule.table))) > 0) return settled(schedule, clock);
  // A StartDate that has passed is one that AWS may refuse to be given again.
  const { StartDate } = await goalOf(schedule, clock);
  await changeSchedule(schedule, { State: "DISABLED", StartDate });
  const after = await readStock(schedule.table);
  const empty = open(after) <= 0;
  return empty ? { remaining: after.queued, empty, schedule: "disabled" } : settled(schedule, clock);
}

async function settled(schedule: Schedule, clock: Clock): Promise<StockReport> {
  await settleSchedule(schedule, clock);
  return checkStock(schedule);
}

export interface PauseReport extends StockReport {
  /** The owner does not know of this stop yet. */
  tell: boolean;
  /** ISO time of the next try; null where a person paused. */
  until: string | null;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Longer than a billing cycle of X, which is the longest that an answer can name. */
const longestPauseMs = 32 * dayMs;

/**
 * Pauses for a reason that concerns every square, such as keys that X refuses: a circuit breaker. The schedule stays awake
 * and fires again when the pause is over, a day later or at the time that the reason names; the run then tries one
 * square, and pauses again where it fails alike. The owner is told of each stop once. A person's own pause stays as it is.
 *
 * @param input.reason In words; names the next try between < and > where X did.
 */
export async function pauseByWorkflow(
  schedule: Schedule,
  input: { error?: string; reason: string; execution: string; clock: Clock },
): Promise<PauseReport> {
  const { error, reason, execution } = input;
  const now = input.clock();
  const at = new Date(now).toISOString();
  const before = await readPause(schedule.table);
  const goesOn = before !== undefined && (await isSameStop(schedule.table, before, error));
  const first = goesOn ? { pausedAt: before.pausedAt ?? at, execution: before.execution } : { pausedAt: at, execution };
  const until = new Date(nextTry(reason, now)).toISOString();
  const pause: Pause = {
    pausedBy: "workflow",
    reason,
    until,
    pausedAt: first.pausedAt,
    ...(error !== undefined && { error }),
    ...(first.execution !== undefined && { execution: first.execution }),
  };
  const written = await writePause(schedule.table, pause, at);
  const report = await settled(schedule, input.clock);
  // The very run that stopped first may be at its second try of this step, and has told nobody yet.
  return { ...report, tell: !goesOn || first.execution === execution, until: written ? until : null };
}

/** Stopped for the same reason, and nothing was posted in between. */
async function isSameStop(table: Table, before: Pause, error: string | undefined): Promise<boolean> {
  if (before.pausedBy !== "workflow" || before.error !== error) return false;
  const [last] = await rowsByStatus(table, { status: "posted", limit: 1, backwards: true });
  return last === undefined || last.sortKey < (before.pausedAt ?? "");
}

/** Milliseconds since the epoch; what is named in the past, or in a year, is not believed. */
function nextTry(reason: string, now: number): number {
  const named = nextTryIn(reason) ?? 0;
  return named > now && named <= now + longestPauseMs ? named : now + workflowPauseMs;
}
