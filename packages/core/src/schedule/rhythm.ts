import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import type { Clock } from "../clock.ts";
import { persistently } from "../persistently.ts";
import { nextInstants, validateSchedule } from "./expression.ts";
import { activePause, type Pause, readPause } from "./pause.ts";
import { type PausePorts, reading, requireRepeats, settle } from "./pause-and-resume.ts";
import { firesOnce, readSchedule, type Schedule, type ScheduleState } from "./schedule.ts";

/** When posts go out: the schedule as it is read, and the pause that holds. */
export interface Rhythm {
  expression: string;
  timeZone: string;
  state: ScheduleState;
  /** The pause that holds now. */
  pause?: Pause;
  /** ISO time from which it fires, where that is yet to come. */
  startsAt?: string;
  /** ISO time after which it never fires. */
  endsAt?: string;
  /** ISO time from which a `rate()` counts. */
  countsFrom: string;
}

/** The schedule and its pause as they are now. */
export async function readRhythm(schedule: Schedule, clock: Clock): Promise<Rhythm> {
  const [found, pause] = await Promise.all([readSchedule(schedule), readPause(schedule.table)]);
  return rhythmOf(found, pause, clock());
}

/** The schedule as it was read, with its pause. `now` in milliseconds since the epoch. */
export function rhythmOf(found: GetScheduleCommandOutput, pause: Pause | undefined, now: number): Rhythm {
  const active = activePause(pause, now);
  const until = active?.until === undefined ? now : Date.parse(active.until);
  const expression = found.ScheduleExpression ?? "";
  // One that fires once takes no notice of a StartDate, nor of the workflow's pause.
  const starts = firesOnce(expression) ? now : Math.max(until, found.StartDate?.getTime() ?? now);
  return {
    expression,
    timeZone: found.ScheduleExpressionTimezone ?? "UTC",
    state: found.State === "DISABLED" ? "disabled" : "enabled",
    ...(active && { pause: active }),
    ...(starts > now && { startsAt: new Date(starts).toISOString() }),
    ...(found.EndDate && { endsAt: found.EndDate.toISOString() }),
    countsFrom: (found.StartDate ?? found.CreationDate ?? new Date(now)).toISOString(),
  };
}

/**
 * The next firings of a schedule that is awake, after now and after its pause; fewer where it ends before.
 *
 * @returns milliseconds since the epoch
 */
export function firings(rhythm: Omit<Rhythm, "state">, { now, count }: { now: number; count: number }): number[] {
  const starts = rhythm.startsAt === undefined ? now : Date.parse(rhythm.startsAt) - 1;
  const ends = rhythm.endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(rhythm.endsAt);
  return nextInstants(rhythm.expression, {
    timeZone: rhythm.timeZone,
    after: new Date(Math.max(now, starts)),
    count,
    start: new Date(rhythm.startsAt ?? rhythm.countsFrom),
  }).filter((time) => time <= ends);
}

/**
 * Changes when posts go out. A pause stays what it is.
 *
 * @throws Rejected on what AWS would refuse; Retryable where others kept changing the schedule.
 */
export async function changeRhythm(
  ports: PausePorts,
  { expression, timeZone }: { expression?: string; timeZone?: string },
): Promise<void> {
  const { schedule, clock } = ports;
  const before = await persistently(ports, reading, () => readSchedule(schedule));
  const wanted = expression ?? before.ScheduleExpression ?? "";
  // A time zone that stays is one that AWS has taken.
  validateSchedule(wanted, timeZone ?? "UTC");
  if (firesOnce(wanted)) {
    const pause = await persistently(ports, "Reading the pause", () => readPause(schedule.table));
    const active = activePause(pause, clock());
    if (active?.pausedBy === "person" && active.until !== undefined) requireRepeats(wanted);
  }
  await settle(ports, {
    ...(expression !== undefined && { ScheduleExpression: expression }),
    ...(timeZone !== undefined && { ScheduleExpressionTimezone: timeZone }),
  });
}
