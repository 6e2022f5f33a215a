import { isDeepStrictEqual } from "node:util";
import {
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { fromAwsError } from "../aws-errors.ts";
import { TaskError } from "../errors.ts";
import type { Table } from "../squares/table.ts";

/** One EventBridge schedule, and the table that says who paused it. */
export interface Schedule {
  client: SchedulerClient;
  name: string;
  group: string;
  table: Table;
}

export type ScheduleState = "enabled" | "disabled";

/** Everything the scheduler knows about it. */
export async function readSchedule(schedule: Schedule): Promise<GetScheduleCommandOutput> {
  try {
    return await schedule.client.send(new GetScheduleCommand({ Name: schedule.name, GroupName: schedule.group }));
  } catch (error) {
    throw fromAwsError(error, `Reading the schedule ${schedule.group}/${schedule.name}`);
  }
}

/** What the scheduler itself says now. */
export async function scheduleState(schedule: Schedule): Promise<ScheduleState> {
  return stateOf(await readSchedule(schedule));
}

/** What to change; a `StartDate` of undefined removes it. */
export type ScheduleChange = Partial<
  Pick<UpdateScheduleCommandInput, "State" | "StartDate" | "ScheduleExpression" | "ScheduleExpressionTimezone">
>;

export interface Settled {
  state: ScheduleState;
  /** False if it was already so. */
  changed: boolean;
}

/** The scheduler has no conditional write, so somebody else's change may undo ours. */
const mostWrites = 8;
/** How many contradictory answers in a row are tolerated, as long as the caches of one service may cause them. */
const mostTies = 12;

export const unsettled = () =>
  new TaskError("retryable", "Other programs are changing the schedule or its pause at the same time: try again.");

/**
 * Changes a schedule until a read shows the wanted state. GetSchedule may still return the state before a change. So a
 * state that was read only once is neither trusted nor written back, and of two answers, the one modified later counts. If two
 * different answers have the same modification time (AWS may keep it only to the second), neither is trusted until it is
 * read twice in a row. The wanted state is read again each time, so if others change it in between, they or we notice.
 *
 * @param wishes reads the wanted state, which may depend on the rest of the schedule.
 * @throws Retryable if others keep changing it.
 */
export async function bring(
  schedule: Schedule,
  wishes: () => Promise<(found: GetScheduleCommandOutput) => ScheduleChange>,
): Promise<Settled> {
  let newest: GetScheduleCommandOutput | undefined;
  let written: ScheduleChange | undefined;
  let looks = 0;
  let ties = 0;
  for (let writes = 0; ; ) {
    const [read, wish] = await Promise.all([readSchedule(schedule), wishes()]);
    const isTie = newest !== undefined && isUndecided(read, newest);
    looks = isTie ? 1 : looks + 1;
    if (isTie) ties += 1;
    if (ties > mostTies) throw unsettled();
    newest = newest !== undefined && modifiedAt(read) < modifiedAt(newest) ? newest : read;
    const wanted = wish(newest);
    // What was just written is more reliable than what is read.
    const isNews = written !== undefined && !fits(written, wanted);
    const isFine = !isNews && fits(newest, wanted);
    if (isFine && (written !== undefined || looks > 1)) return { state: stateOf(newest), changed: writes > 0 };
    if (looks === 1 && (isTie || !isNews)) continue;
    if (writes === mostWrites) throw unsettled();
    await write(schedule, newest, wanted);
    written = wanted;
    writes += 1;
    looks = 0;
    ties = 0;
  }
}

/** Two different answers that do not say which is the later one. */
function isUndecided(one: GetScheduleCommandOutput, other: GetScheduleCommandOutput): boolean {
  const { $metadata: _, ...said } = one;
  const { $metadata: __, ...saidToo } = other;
  return modifiedAt(one) === modifiedAt(other) && !isDeepStrictEqual(said, saidToo);
}

const modifiedAt = ({ LastModificationDate }: GetScheduleCommandOutput) => LastModificationDate?.getTime() ?? 0;
const stateOf = ({ State }: GetScheduleCommandOutput): ScheduleState => (State === "DISABLED" ? "disabled" : "enabled");

/** The scheduler may keep times only to the second, and returns UTC if no zone was given. */
function fits(found: ScheduleChange, wanted: ScheduleChange): boolean {
  const seconds = (date: Date | undefined) => date && Math.floor(date.getTime() / 1000);
  return (Object.keys(wanted) as (keyof ScheduleChange)[]).every((name) => {
    if (name === "StartDate") return seconds(found[name]) === seconds(wanted[name]);
    const unsaid = name === "ScheduleExpressionTimezone" ? "UTC" : undefined;
    return (found[name] ?? unsaid) === (wanted[name] ?? unsaid);
  });
}

async function write(schedule: Schedule, now: GetScheduleCommandOutput, change: ScheduleChange): Promise<void> {
  const { $metadata, Arn, CreationDate, LastModificationDate, ...kept } = now;
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

/** EventBridge ignores the StartDate of such a schedule. */
export const firesOnce = (expression: string) => expression.startsWith("at(");
