import type { Clock } from "./clock.ts";
import { TaskError } from "./errors.ts";
import { activePause, type Pause, readPause, removePause, writePause } from "./pause.ts";
import {
  changeSchedule,
  goalOf,
  mostTries,
  readSchedule,
  type Schedule,
  settleSchedule,
  unsettled,
} from "./schedule.ts";
import { validateSchedule } from "./schedule-expression.ts";

export interface PausePorts {
  schedule: Schedule;
  clock: Clock;
}

/**
 * Pauses for a person: until somebody resumes, or until a time from which the scheduler itself goes on. The
 * row is written first, since it is what keeps machines from waking the schedule.
 *
 * @param input.until Milliseconds since the epoch, kept to the second.
 * @throws Rejected where `until` has passed, or the schedule fires only once.
 */
export async function pauseSchedule(
  { schedule, clock }: PausePorts,
  { until, reason }: { until?: number; reason?: string },
): Promise<Pause> {
  const now = clock();
  if (until !== undefined) {
    if (until <= now)
      throw new TaskError("rejected", `${new Date(until).toISOString()} has passed: name a later time, or none.`);
    const { ScheduleExpression = "" } = await readSchedule(schedule);
    requireRepeats(ScheduleExpression);
  }
  const pause: Pause = {
    pausedBy: "person",
    pausedAt: new Date(now).toISOString(),
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until: new Date(Math.ceil(until / 1000) * 1000).toISOString() }),
  };
  await writePause(schedule.table, pause);
  await settleSchedule(schedule, clock);
  return pause;
}

/** EventBridge takes no notice of the StartDate of a schedule that fires once. */
function requireRepeats(expression: string): void {
  if (expression.startsWith("at("))
    throw new TaskError(
      "rejected",
      `The schedule fires once, at ${expression.slice(3, -1)}, and cannot be paused until a time: pause it without one.`,
    );
}

/** Ends a pause, whoever made it, and wakes the schedule where there is something to post. */
export async function resumeSchedule({ schedule, clock }: PausePorts): Promise<void> {
  await removePause(schedule.table);
  await settleSchedule(schedule, clock);
}

/**
 * Changes when posts go out. A pause stays what it is.
 *
 * @throws Rejected on what AWS would refuse; Retryable where others kept changing the schedule.
 */
export async function changeRhythm(
  { schedule, clock }: PausePorts,
  input: { expression?: string; timeZone?: string },
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await readSchedule(schedule);
    const expression = input.expression ?? before.ScheduleExpression ?? "";
    const timeZone = input.timeZone ?? before.ScheduleExpressionTimezone ?? "UTC";
    validateSchedule(expression, timeZone);
    const pause = activePause(await readPause(schedule.table), clock());
    if (pause?.until !== undefined) requireRepeats(expression);
    await changeSchedule(schedule, {
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      ...(await goalOf(schedule, clock)),
    });
    await settleSchedule(schedule, clock);
    const after = await readSchedule(schedule);
    if (after.ScheduleExpression === expression && (after.ScheduleExpressionTimezone ?? "UTC") === timeZone) return;
  }
  throw unsettled();
}
