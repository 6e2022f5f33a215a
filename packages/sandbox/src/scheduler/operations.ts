import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@twobytwo/core/clock";
import { AwsError, invalid } from "../aws-error.ts";
import { checkInput, type Json } from "../aws-http.ts";
import { keyOf, NameInGroupInput, readSchedule, type Schedule, type ScheduleStore } from "./schedule.ts";

export interface SchedulerApi {
  store: ScheduleStore;
  clock: Clock;
  /** Answers by client token, so that a call that is sent again does not act again. */
  answered: Map<string, { input: Json; answer: Json; at: number }>;
  /** Told after a schedule was made, changed or deleted. */
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

/** By method and path; the input holds the name of the path, the query and the body, every key with a capital letter. */
export const operations: Record<string, { name: string; perform: Operation } | undefined> = {
  "POST /schedules/": { name: "CreateSchedule", perform: once("CreateSchedule", createSchedule) },
  "GET /schedules/": { name: "GetSchedule", perform: (api, input) => ({ ...scheduleOf(api, input) }) },
  "PUT /schedules/": { name: "UpdateSchedule", perform: once("UpdateSchedule", updateSchedule) },
  "DELETE /schedules/": { name: "DeleteSchedule", perform: once("DeleteSchedule", deleteSchedule) },
};
