import type { Clock } from "@twobytwo/core/clock";
import { eventOf, firstDue, nextDue, type SchedulerEvent } from "./due.ts";
import { keyOf, type Schedule, type ScheduleStore } from "./schedule.ts";

/** What happens at the targets. */
export interface Delivery {
  /** Hands one event to its target; a rejection is tried again as RetryPolicy says. */
  deliver(event: SchedulerEvent): Promise<void>;
  /** Whether this event, just delivered, is delivered once more: AWS promises "at least once". */
  isDeliveredTwice(event: SchedulerEvent): boolean;
  randomUuid(): string;
}

/** One firing on its way, until it is delivered or given up. */
interface Firing {
  schedule: Schedule;
  due: number;
  attempt: number;
  /** Milliseconds since 1970. */
  notBefore: number;
}

export interface Firings {
  /** To be called after a schedule was made, changed or deleted. */
  onChange(key: string, change: { before?: Schedule; after?: Schedule }): void;
  /** Forgets what is due and was missed, and waits for the next future time of every schedule. */
  startAnew(): void;
  /** When something has to be done next, in milliseconds since 1970. */
  next(): number | undefined;
  /** Fires all that is due, each schedule in the order of its times. Resolves with the number of deliveries made. */
  fire(): Promise<number>;
}

/** AWS says "exponential backoff" and no numbers. */
const backoffMs = (attempt: number) => Math.min(1000 * 2 ** (attempt - 1), 15 * 60_000);

export function createFirings(
  store: ScheduleStore,
  { clock, delivery }: { clock: Clock; delivery: Delivery },
): Firings {
  const due = new Map<string, number>();
  const waiting = new Set<Firing>();

  function plan(key: string, time: number | undefined): void {
    if (time === undefined) due.delete(key);
    else due.set(key, time);
  }

  /** The schedule as it is now; undefined when it was deleted, or disabled, since the firing began. */
  function current({ schedule }: Firing): Schedule | undefined {
    const now = store.schedules.get(keyOf(schedule));
    return now?.State === "ENABLED" && now.CreationDate === schedule.CreationDate ? now : undefined;
  }

  function takeDue(): Map<string, Firing[]> {
    const now = clock();
    const taken = new Map<string, Firing[]>();
    const take = (firing: Firing) => {
      const key = keyOf(firing.schedule);
      taken.set(key, [...(taken.get(key) ?? []), firing]);
    };
    for (const firing of waiting) {
      if (firing.notBefore > now) continue;
      waiting.delete(firing);
      const schedule = current(firing);
      if (schedule) take({ ...firing, schedule });
    }
    for (const [key, first] of due) {
      const schedule = store.schedules.get(key);
      let time: number | undefined = first;
      while (schedule && time !== undefined && time <= now) {
        take({ schedule, due: time, attempt: 1, notBefore: time });
        time = nextDue(schedule, time);
      }
      plan(key, time);
    }
    return taken;
  }

  function giveUpOrWait(firing: Firing, { scheduledTime, attempt }: SchedulerEvent, error: unknown): void {
    const policy = firing.schedule.Target.RetryPolicy;
    const notBefore = clock() + backoffMs(firing.attempt);
    const isTooOften = firing.attempt > policy.MaximumRetryAttempts;
    if (isTooOften || notBefore > firing.due + policy.MaximumEventAgeInSeconds * 1000) {
      console.error(`${firing.schedule.Arn} of ${scheduledTime} is given up after ${attempt} tries:`, error);
    } else {
      waiting.add({ ...firing, attempt: firing.attempt + 1, notBefore });
    }
  }

  /** The number of deliveries made. */
  async function attempt(firing: Firing): Promise<number> {
    const make = () => {
      // AWS's own are sixteen hexadecimal digits, new for every attempt.
      const executionId = delivery.randomUuid().replaceAll("-", "").slice(0, 16);
      return eventOf(firing.schedule, { due: firing.due, attempt: firing.attempt, executionId });
    };
    const event = make();
    let made = 1;
    try {
      await delivery.deliver(event);
      if (delivery.isDeliveredTwice(event)) {
        made += 1;
        await delivery.deliver(make());
      }
    } catch (error) {
      giveUpOrWait(firing, event, error);
    }
    return made;
  }

  async function inOrder(firings: Firing[]): Promise<number> {
    let made = 0;
    for (const firing of firings) made += await attempt(firing);
    return made;
  }

  function startAnew(): void {
    due.clear();
    for (const [key, schedule] of store.schedules) plan(key, nextDue(schedule, clock()));
  }

  startAnew();
  return {
    startAnew,
    onChange(key, { before, after }) {
      if (!after) due.delete(key);
      else plan(key, before ? nextDue(after, clock()) : firstDue(after, clock()));
    },
    next() {
      const times = [...due.values(), ...[...waiting].map(({ notBefore }) => notBefore)];
      return times.length > 0 ? Math.min(...times) : undefined;
    },
    async fire() {
      const made = await Promise.all([...takeDue().values()].map(inOrder));
      return made.reduce((sum, count) => sum + count, 0);
    },
  };
}
