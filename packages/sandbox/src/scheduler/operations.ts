import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@twobytwo/core/clock";
import * as v from "valibot";
import { AwsError, checkInput, invalid, type Json } from "../aws-http.ts";
import { NameInGroupInput, NameInput, readSchedule, type Schedule } from "./schedule.ts";
import { keyOf, newGroup, type ScheduleStore } from "./store.ts";

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
  if (!api.store.groups.has(after.GroupName)) throw missing(`The schedule group ${after.GroupName}`);
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

const createScheduleGroup: Operation = ({ store, clock }, input) => {
  const { Name } = checkInput(NameInput, input);
  if (store.groups.has(Name)) throw conflict(`The schedule group ${Name} exists already.`);
  const group = newGroup(Name, clock());
  store.groups.set(Name, group);
  store.save();
  return { ScheduleGroupArn: group.Arn };
};

const getScheduleGroup: Operation = ({ store }, input) => {
  const { Name } = checkInput(NameInput, input);
  const group = store.groups.get(Name);
  if (!group) throw missing(`The schedule group ${Name}`);
  return { ...group };
};

/** Its schedules go with it; AWS needs a while for that and shows the group as DELETING, here it is done at once. */
const deleteScheduleGroup: Operation = (api, input) => {
  const { Name } = checkInput(NameInput, input);
  if (Name === "default") throw invalid("The schedule group default cannot be deleted.");
  if (!api.store.groups.has(Name)) throw missing(`The schedule group ${Name}`);
  for (const before of [...api.store.schedules.values()]) {
    if (before.GroupName === Name) change(api, keyOf(before), { before });
  }
  api.store.groups.delete(Name);
  api.store.save();
  return {};
};

const PageInput = v.object({
  NamePrefix: v.optional(v.string(), ""),
  MaxResults: v.optional(v.pipe(v.string(), v.regex(/^([1-9]\d?|100)$/, "is a whole number from 1 to 100")), "100"),
  NextToken: v.optional(v.string(), ""),
});

/** The page after the item whose key is the token. */
function page<T>(items: [key: string, item: T][], { MaxResults, NextToken }: v.InferOutput<typeof PageInput>) {
  const rest = items.sort(([a], [b]) => (a < b ? -1 : 1)).filter(([key]) => key > NextToken);
  const shown = rest.slice(0, Number(MaxResults));
  const last = shown.at(-1)?.[0];
  return { items: shown.map(([, item]) => item), ...(rest.length > shown.length && { NextToken: last }) };
}

const ListInput = v.object({
  ...PageInput.entries,
  ScheduleGroup: v.optional(v.string()),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"])),
});

const listSchedules: Operation = ({ store }, input) => {
  const wanted = checkInput(ListInput, input);
  const { ScheduleGroup: group, State: state, NamePrefix } = wanted;
  if (group !== undefined && !store.groups.has(group)) throw missing(`The schedule group ${group}`);
  const found = [...store.schedules].filter(
    ([, schedule]) =>
      schedule.Name.startsWith(NamePrefix) &&
      (group ?? schedule.GroupName) === schedule.GroupName &&
      (state ?? schedule.State) === schedule.State,
  );
  const { items, ...next } = page(found, wanted);
  const Schedules = items.map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
    ...{ Arn, Name, GroupName, State, CreationDate, LastModificationDate },
    Target: { Arn: Target.Arn },
  }));
  return { Schedules, ...next };
};

const listScheduleGroups: Operation = ({ store }, input) => {
  const wanted = checkInput(PageInput, input);
  const found = [...store.groups].filter(([name]) => name.startsWith(wanted.NamePrefix));
  const { items, ...next } = page(found, wanted);
  return { ScheduleGroups: items, ...next };
};

/** By method and path; the input holds the name of the path, the query and the body, every key with a capital letter. */
export const operations: Record<string, { name: string; perform: Operation } | undefined> = Object.fromEntries(
  Object.entries({
    "POST /schedules/": { name: "CreateSchedule", perform: once("CreateSchedule", createSchedule) },
    "GET /schedules/": {
      name: "GetSchedule",
      perform: (api: SchedulerApi, input: Json) => ({ ...scheduleOf(api, input) }),
    },
    "PUT /schedules/": { name: "UpdateSchedule", perform: once("UpdateSchedule", updateSchedule) },
    "DELETE /schedules/": { name: "DeleteSchedule", perform: once("DeleteSchedule", deleteSchedule) },
    "GET /schedules": { name: "ListSchedules", perform: listSchedules },
    "POST /schedule-groups/": {
      name: "CreateScheduleGroup",
      perform: once("CreateScheduleGroup", createScheduleGroup),
    },
    "GET /schedule-groups/": { name: "GetScheduleGroup", perform: getScheduleGroup },
    "DELETE /schedule-groups/": {
      name: "DeleteScheduleGroup",
      perform: once("DeleteScheduleGroup", deleteScheduleGroup),
    },
    "GET /schedule-groups": { name: "ListScheduleGroups", perform: listScheduleGroups },
  }),
);
