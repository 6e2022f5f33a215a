import type { Clock } from "@twobytwo/core/clock";
import { notImplemented } from "../aws-error.ts";
import { type AwsRequest, type AwsService, type Json, parseJson } from "../aws-http.ts";
import { createFirings, type SchedulerEvent } from "./firing.ts";
import { operations, type SchedulerApi } from "./operations.ts";
import { openStore } from "./schedule.ts";

export interface Scheduler {
  /** To be mounted with `startAwsServer`. */
  service: AwsService;
  /** Fires all that is due now, once for every time that has passed since; resolves with the number of deliveries. */
  tick(): Promise<number>;
  /** From now on fires by itself. */
  run(): void;
  /** Stops firing, and waits for what is under way. */
  close(): Promise<void>;
}

/** A timer sleeps no longer than this: clocks are set and machines are suspended. AWS is exact to a minute, too. */
const longestSleepMs = 30_000;

/** A firing that is later than this was missed, as the machine slept. */
const missedMs = 5 * 60_000;

const path = /^\/(schedules|schedule-groups|tags)(?:\/([^/]+))?$/;

/** Query and body name some fields with a small letter. */
const capitalised = (fields: [string, unknown][]): Json =>
  Object.fromEntries(fields.map(([key, value]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]));

function schedulerService(api: SchedulerApi): AwsService {
  return {
    name: "scheduler",
    matches: (request) => path.test(request.path),
    read(request: AwsRequest) {
      const [, kind = "", name] = path.exec(request.path) ?? [];
      const operation = operations[`${request.method} /${kind}${name === undefined ? "" : "/"}`];
      if (!operation) throw notImplemented("Scheduler", `${request.method} ${request.path}`);
      const input: Json = {
        ...capitalised([...request.query, ...Object.entries(parseJson(request.body))]),
        ...(name !== undefined && { Name: decodeURIComponent(name) }),
      };
      return {
        operation: operation.name,
        ...(name !== undefined && { resource: `${input["GroupName"] ?? "default"}/${name}` }),
        perform: () => ({ status: 200, body: operation.perform(api, input) }),
      };
    },
    refuse: ({ status, code, message }) => ({
      status,
      headers: { "x-amzn-errortype": code },
      body: { Message: message },
    }),
  };
}

/**
 * EventBridge Scheduler: schedules over HTTP, all of them in the group `default`, and their firing.
 *
 * - Deliveries come at least once. One that rejects is told and not tried again: Step Functions is in the same process.
 * - EventBridge itself is never stopped, so what fell due while this one was is not made up for: at the start, and after
 *   the machine has slept, every schedule waits for its next future time. An `at()` that is past, when the sandbox starts
 *   or when it is created, never fires.
 * - After UpdateSchedule the next time is computed anew, strictly after now; that holds for a schedule that is enabled
 *   again, too. A `rate()` without StartDate fires at once when it is created.
 */
export function createScheduler(options: {
  /** Where schedules survive a restart; in memory without it. */
  directory?: string;
  clock: Clock;
  deliver: (event: SchedulerEvent) => Promise<void>;
  /** For tests: whether an event that was just delivered comes a second time. */
  isDeliveredTwice?: (event: SchedulerEvent) => boolean;
}): Scheduler {
  const { clock, deliver, isDeliveredTwice = () => false } = options;
  const store = openStore(options.directory);
  const firings = createFirings(store, { clock, deliver, isDeliveredTwice });

  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  const ticks = new Set<Promise<void>>();

  function arm(): void {
    clearTimeout(timer);
    const next = firings.next();
    if (!isRunning || next === undefined) return;
    timer = setTimeout(wake, Math.min(Math.max(next - clock(), 0), longestSleepMs), next);
  }

  function wake(planned: number): void {
    if (clock() - planned > missedMs) firings.startAnew();
    if (planned <= clock()) {
      const tick = firings
        .fire()
        .then(
          () => arm(),
          (error) => console.error("EventBridge Scheduler failed:", error),
        )
        .finally(() => ticks.delete(tick));
      ticks.add(tick);
    }
    arm();
  }

  const service = schedulerService({
    store,
    clock,
    answered: new Map(),
    onChange(key, change) {
      firings.onChange(key, change);
      arm();
    },
  });

  return {
    service,
    tick: () => firings.fire(),
    run() {
      isRunning = true;
      arm();
    },
    async close() {
      isRunning = false;
      clearTimeout(timer);
      await Promise.all(ticks);
    },
  };
}
