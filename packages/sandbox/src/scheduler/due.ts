import { nextTimes } from "@twobytwo/core/schedule/expression";
import type { Schedule } from "./schedule.ts";

const toSecond = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;

/**
 * When the schedule fires next, strictly after `after` (milliseconds); undefined when it is disabled or over.
 *
 * A `rate()` counts from its StartDate or, without one, from its creation, and fires at that moment too (User Guide,
 * "Schedule types": "your schedule starts invoking the target immediately"). A flexible window is used at its beginning.
 */
export function nextDue(schedule: Schedule, after: number): number | undefined {
  if (schedule.State === "DISABLED") return undefined;
  const recurs = !schedule.ScheduleExpression.startsWith("at(");
  const start = schedule.StartDate === undefined ? undefined : schedule.StartDate * 1000;
  const from = recurs && start !== undefined ? Math.max(after, start - 1) : after;
  const [time] = nextTimes(schedule.ScheduleExpression, {
    timeZone: schedule.ScheduleExpressionTimezone,
    after: new Date(from),
    count: 1,
    start: new Date(start ?? toSecond(schedule.CreationDate * 1000)),
  });
  const isOver =
    recurs && schedule.EndDate !== undefined && time !== undefined && time.getTime() > schedule.EndDate * 1000;
  return isOver ? undefined : time?.getTime();
}

/** As `nextDue` for a schedule that is just made: a `rate()` without StartDate is due at once, and all else after now. */
export function firstDue(schedule: Schedule, now: number): number | undefined {
  return nextDue(schedule, schedule.ScheduleExpression.startsWith("rate(") ? toSecond(now) - 1 : now);
}

/** What reaches the target. */
export interface SchedulerEvent {
  schedule: Schedule;
  target: Schedule["Target"] & { Input: string };
  /** The time that was planned, without milliseconds: `2026-03-22T18:59:43Z`. */
  scheduledTime: string;
  /** From 1. */
  attempt: number;
}

/** Fills in the context attributes. */
export function eventOf(
  schedule: Schedule,
  { due, attempt, executionId }: { due: number; attempt: number; executionId: string },
): SchedulerEvent {
  const scheduledTime = new Date(toSecond(due)).toISOString().replace(".000Z", "Z");
  const context: Record<string, string> = {
    "<aws.scheduler.schedule-arn>": schedule.Arn,
    "<aws.scheduler.scheduled-time>": scheduledTime,
    "<aws.scheduler.execution-id>": executionId,
    "<aws.scheduler.attempt-number>": String(attempt),
  };
  const Input = (schedule.Target.Input ?? "{}").replaceAll(
    /<aws\.scheduler\.[a-z-]+>/g,
    (attribute) => context[attribute] ?? attribute,
  );
  return { schedule, target: { ...schedule.Target, Input }, scheduledTime, attempt };
}
