import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@twobytwo/core/clock";
import { AwsError, invalid, notImplemented } from "../aws-error.ts";
import { type AwsRequest, type AwsService, checkInput, type Json, parseJson } from "../aws-http.ts";
import { createFirings, type SchedulerEvent } from "./firing.ts";
import { keyOf, NameInGroupInput, openStore, readSchedule, type Schedule, type ScheduleStore } from "./schedule.ts";

export type Scheduler = ReturnType<typeof createScheduler>;

/** A timer sleeps no longer than this: clocks are set and machines are suspended. AWS is exact to a minute, too. */
const longestSleepMs = 30_000;

/** A firing that is later than this was missed, as the machine slept. */
const missedMs = 5 * 60_000;

interface SchedulerApi {
  store: ScheduleStore;
  clock: Clock;
  /** Answers by client token, so that a call that is sent again does not act again. */
  answered: Map<string, { input: Json; answer: Json; at: number }>;
  onChange(key: string, change: { before?: Schedule; after?: Schedule }): void;
}

type Operation = (api: SchedulerApi, input: Json) => Json;

const missing = (what: string) => new AwsError("ResourceNotFoundException", `${what} does not exist.`, 404);
const conflict = (what: string) => new AwsError("ConflictException", what, 409);

/** How long a client token is remembered; AWS does not say. */
const tokenMs = 8 * 60 * 60 * 1000;

const once =
  (name: string, operation: Operation): Operation =>
  (api, { ClientToken: token, ...input }) => {
    if (typeof token !== "string") return operation(api, input);
    if (!/^[\w-]{1,64}$/.test(token)) throw invalid("ClientToken: takes 1 to 64 letters, digits, '-' and '_'");
    const now = api.clock();
    for (const [key, { at }] of api.answered) if (at < now - tokenMs) api.answered.delete(key);
    const key = `${name} ${token}`;
    const known = api.answered.get(key);
    if (known && !isDeepStrictEqual(known.input, input)) {
      throw conflict(`The client token ${token} was used for another ${name}.`);
    }
    const answer = known?.answer ?? operation(api, input);
    if (!known) api.answered.set(key, { input, answer, at: now });
    return answer;
  };

function scheduleOf({ store }: SchedulerApi, input: Json): Schedule {
  const key = keyOf(checkInput(NameInGroupInput, input));
  const schedule = store.schedules.get(key);
  if (!schedule) throw missing(`The schedule ${key}`);
  return schedule;
}

function change(api: SchedulerApi, key: string, { before, after }: { before?: Schedule; after?: Schedule }): void {
  if (after) api.store.schedules.set(key, after);
  else api.store.schedules.delete(key);
  api.store.save();
  api.onChange(key, { ...(before && { before }), ...(after && { after }) });
}

const createSchedule: Operation = (api, input) => {
  const after = readSchedule(input, { now: api.clock() });
  const key = keyOf(after);
  if (after.GroupName !== "default") throw missing(`The schedule group ${after.GroupName}`);
  if (api.store.schedules.has(key)) throw conflict(`The schedule ${key} exists already.`);
  change(api, key, { after });
  return { ScheduleArn: after.Arn };
};

const updateSchedule: Operation = (api, input) => {
  const before = scheduleOf(api, input);
  const after = readSchedule(input, { now: api.clock(), before });
  change(api, keyOf(after), { before, after });
  return { ScheduleArn: after.Arn };
};

const deleteSchedule: Operation = (api, input) => {
  const before = scheduleOf(api, input);
  change(api, keyOf(before), { before });
  return {};
};

/** By method; the input holds the name of the path, the query and the body, every key with a capital letter. */
const operations: Record<string, { name: string; perform: Operation } | undefined> = {
  POST: { name: "CreateSchedule", perform: once("CreateSchedule", createSchedule) },
  GET: { name: "GetSchedule", perform: (api, input) => ({ ...scheduleOf(api, input) }) },
  PUT: { name: "UpdateSchedule", perform: once("UpdateSchedule", updateSchedule) },
  DELETE: { name: "DeleteSchedule", perform: once("DeleteSchedule", deleteSchedule) },
};

const path = /^\/schedules\/([^/]+)$/;

/** Query and body name some fields with a small letter. */
const capitalised = (fields: [string, unknown][]): Json =>
  Object.fromEntries(fields.map(([key, value]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]));

function schedulerService(api: SchedulerApi): AwsService {
  return {
    name: "scheduler",
    matches: (request) => path.test(request.path),
    read(request: AwsRequest) {
      const [, name = ""] = path.exec(request.path) ?? [];
      const operation = operations[request.method];
      if (!operation) throw notImplemented("Scheduler", `${request.method} ${request.path}`);
      const input: Json = {
        ...capitalised([...request.query, ...Object.entries(parseJson(request.body))]),
        Name: decodeURIComponent(name),
      };
      return {
        operation: operation.name,
        resource: `${input["GroupName"] ?? "default"}/${name}`,
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
}) {
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
    /** Fires all that is due now, once for every time that has passed since; resolves with the number of deliveries. */
    tick: () => firings.fire(),
    run(): void {
      isRunning = true;
      arm();
    },
    /** Stops firing, and waits for what is under way. */
    async close(): Promise<void> {
      isRunning = false;
      clearTimeout(timer);
      await Promise.all(ticks);
    },
  };
}
