import type { Clock } from "../clock.ts";
import { type ErrorName, TaskError } from "../errors.ts";
import type { Patience } from "../persistently.ts";
import { persistently } from "../persistently.ts";
import { type Pause, removePause, removePauseFor, writePause } from "./pause.ts";
import { firesOnce, readSchedule, type Schedule } from "./schedule.ts";
import { settleSchedule } from "./settle.ts";

/** Each of these changes can be made twice, and a person waits for it: what passes is tried again. */
export interface PausePorts extends Patience {
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
export async function pauseByPerson(
  ports: PausePorts,
  { until, reason }: { until?: number; reason?: string },
): Promise<Pause> {
  const { schedule, clock } = ports;
  const now = clock();
  if (until !== undefined) {
    if (until <= now)
      throw new TaskError("rejected", `${new Date(until).toISOString()} has passed: give a later time, or none.`);
    const { ScheduleExpression = "" } = await persistently(ports, reading, () => readSchedule(schedule));
    requireRepeats(ScheduleExpression);
  }
  const pause: Pause = {
    pausedBy: "person",
    pausedAt: new Date(now).toISOString(),
    ...(reason !== undefined && { reason }),
    ...(until !== undefined && { until: new Date(Math.ceil(until / 1000) * 1000).toISOString() }),
  };
  await persistently(ports, "Writing the pause", () => writePause(schedule.table, pause));
  await settle(ports);
  return pause;
}

export const reading = "Reading the schedule";

export const settle = (ports: PausePorts, also: Parameters<typeof settleSchedule>[2] = {}) =>
  persistently(ports, "Changing the schedule", () => settleSchedule(ports.schedule, ports.clock, also));

/** EventBridge takes no notice of the StartDate of a schedule that fires once. */
export function requireRepeats(expression: string): void {
  if (firesOnce(expression))
    throw new TaskError(
      "rejected",
      `The schedule fires once, at ${expression.slice(3, -1)}, so it cannot be paused until a given time: pause it without one.`,
    );
}

/** Ends a pause, whoever made it, and wakes the schedule where there is something to post. */
export async function resumeSchedule(ports: PausePorts): Promise<void> {
  await persistently(ports, "Ending the pause", () => removePause(ports.schedule.table));
  await settle(ports);
}

/**
 * Ends the workflow's own pause where it is for this error, and for no other: its cause has been put right. Can be repeated.
 *
 * @returns false where the workflow had not paused for it.
 */
export async function endWorkflowPause(ports: PausePorts, error: ErrorName): Promise<boolean> {
  const isEnded = await persistently(ports, "Ending the pause", () => removePauseFor(ports.schedule.table, error));
  // Also where an earlier call was cut off before it came to this.
  await settle(ports);
  return isEnded;
}
