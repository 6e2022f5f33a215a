import type { Clock } from "@twobytwo/core/clock";
import { nextTimes } from "@twobytwo/core/schedule/expression";
import type { Schedule, ScheduleStore } from "./schedule.ts";

export interface SchedulerEvent {
  schedule: Schedule;
  target: Schedule["Target"] & { Input: string };
  /** The time that was planned, without milliseconds: `2026-03-22T18:59:43Z`. */
  scheduledTime: string;
}

export function createFirings(
  store: ScheduleStore,
  {
    clock,
    deliver,
    isDeliveredTwice,
  }: {
    clock: Clock;
    deliver(event: SchedulerEvent): Promise<void>;
    /** Whether this event, just delivered, is delivered once more: AWS promises "at least once". */
    isDeliveredTwice(event: SchedulerEvent): boolean;
  },
) {
  const due = new Map<string, number>();

  function plan(key: string, time: number | undefined): void {
    if (time === undefined) due.delete(key);
    else due.set(key, time);
  }

  function takeDue(): SchedulerEvent[][] {
    const now = clock();
    return [...due].map(([key, first]) => {
      const events: SchedulerEvent[] = [];
      const schedule = store.schedules.get(key);
      let time: number | undefined = first;
      while (schedule && time !== undefined && time <= now) {
        events.push(eventOf(schedule, time));
        time = nextDue(schedule, time);
      }
      plan(key, time);
      return events;
    });
  }

  async function deliverAll(events: readonly SchedulerEvent[]): Promise<number> {
    let made = 0;
    const attempt = async (event: SchedulerEvent) => {
      made += 1;
      await deliver(event);
    };
    for (const event of events) {
      try {
        await attempt(event);
        if (isDeliveredTwice(event)) await attempt(event);
      } catch (error) {
        console.error(`${event.schedule.Arn} of ${event.scheduledTime} was not delivered:`, error);
      }
    }
    return made;
  }

  /** Forgets what is due and was missed, and waits for the next future time of every schedule. */
  function startAnew(): void {
    due.clear();
    for (const [key, schedule] of store.schedules) plan(key, nextDue(schedule, clock()));
  }

  startAnew();
  return {
    startAnew,
    /** To be called after a schedule was made, changed or deleted. */
    onChange(key: string, { before, after }: { before?: Schedule; after?: Schedule }): void {
      if (!after) due.delete(key);
      else plan(key, before ? nextDue(after, clock()) : firstDue(after, clock()));
    },
    /** When something has to be done next, in milliseconds since 1970. */
    next: () => (due.size > 0 ? Math.min(...due.values()) : undefined),
    /** Fires all that is due, each schedule in the order of its times. Resolves with the number of deliveries made. */
    async fire(): Promise<number> {
      const made = await Promise.all(takeDue().map(deliverAll));
      return made.reduce((sum, count) => sum + count, 0);
    },
  };
}

const toSecond = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;

/**
 * When the schedule fires next, strictly after `after` (milliseconds); undefined when it is disabled or over.
 *
 * A `rate()` counts from its StartDate or, without one, from its creation, and fires at that moment too (User Guide,
 * "Schedule types": "your schedule starts invoking the target immediately").
 */
function nextDue(schedule: Schedule, after: number): number | undefined {
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
function firstDue(schedule: Schedule, now: number): number | undefined {
  return nextDue(schedule, schedule.ScheduleExpression.startsWith("rate(") ? toSecond(now) - 1 : now);
}

function eventOf(schedule: Schedule, due: number): SchedulerEvent {
  const scheduledTime = new Date(toSecond(due)).toISOString().replace(".000Z", "Z");
  const Input = (schedule.Target.Input ?? "{}").replaceAll("<aws.scheduler.scheduled-time>", scheduledTime);
  return { schedule, target: { ...schedule.Target, Input }, scheduledTime };
}
