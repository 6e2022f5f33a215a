import type { Clock } from "./clock.ts";
import { TaskError } from "./errors.ts";
import { activePause, type Pause, readPause, removePause, writePause } from "./pause.ts";
import { changeSchedule, readSchedule, type Schedule } from "./schedule.ts";
import { validateSchedule } from "./schedule-expression.ts";
import { open, readStock } from "./stock.ts";

export interface PausePorts {
  schedule: Schedule;
  clock: Clock;
}

/** What a schedule has to be; without `State` it may be either. */
type Goal = { State?: "ENABLED" | "DISABLED"; StartDate: Date | undefined };

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
  await settle(schedule, clock);
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
  await removePause(schedule.table, "person");
  await settle(schedule, clock);
}

/** The scheduler has no way to say "only if it is as I read it": another's change may take ours back. */
const mostTries = 8;

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
    await settle(schedule, clock);
    const after = await readSchedule(schedule);
    if (after.ScheduleExpression === expression && (after.ScheduleExpressionTimezone ?? "UTC") === timeZone) return;
  }
  throw unsettled();
}

/**
 * Makes the schedule what the pause and the stock ask for, and looks at both again after each change: what
 * others change in between, they or we see.
 */
async function settle(schedule: Schedule, clock: Clock): Promise<void> {
  let goal = await goalOf(schedule, clock);
  for (let tries = 0; tries < mostTries; tries += 1) {
    await changeSchedule(schedule, goal);
    const again = await goalOf(schedule, clock);
    if (again.State === goal.State && again.StartDate?.getTime() === goal.StartDate?.getTime()) return;
    goal = again;
  }
  throw unsettled();
}

const unsettled = () =>
  new TaskError("retryable", "Others kept changing the schedule or its pause at the same time: try again.");

async function goalOf({ table }: Schedule, clock: Clock): Promise<Goal> {
  const [pause, stock] = await Promise.all([readPause(table), readStock(table)]);
  const active = activePause(pause, clock());
  // Awake although nothing is posted before: the scheduler goes on by itself, and no machine has to.
  if (active?.until !== undefined) return { State: "ENABLED", StartDate: new Date(active.until) };
  if (active !== undefined) return { State: "DISABLED", StartDate: undefined };
  // An empty schedule may sleep or fire into nothing; putting it to sleep is the workflow's.
  return { ...(open(stock) > 0 && { State: "ENABLED" as const }), StartDate: undefined };
}
