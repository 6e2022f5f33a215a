import { arn } from "../aws-http.ts";
import { savedState } from "../saved-state.ts";
import type { Schedule } from "./schedule.ts";

/** As GetScheduleGroup answers it; dates are seconds since 1970. */
export interface ScheduleGroup {
  Arn: string;
  Name: string;
  State: "ACTIVE";
  CreationDate: number;
  LastModificationDate: number;
}

export interface ScheduleStore {
  groups: Map<string, ScheduleGroup>;
  /** By `keyOf`. */
  schedules: Map<string, Schedule>;
  /** Done when all of it is on disk. */
  save(): void;
}

export const keyOf = ({ GroupName, Name }: { GroupName: string; Name: string }) => `${GroupName}/${Name}`;

/** @param now milliseconds */
export function newGroup(name: string, now: number): ScheduleGroup {
  const date = now / 1000;
  return {
    Arn: arn("scheduler", `schedule-group/${name}`),
    Name: name,
    State: "ACTIVE",
    CreationDate: date,
    LastModificationDate: date,
  };
}

/** The group `default` is always there. */
export function openStore(directory: string | undefined, now: number): ScheduleStore {
  const state = savedState<{ groups: ScheduleGroup[]; schedules: Schedule[] }>(directory, "schedules.json");
  const saved = state.load() ?? { groups: [newGroup("default", now)], schedules: [] };
  const groups = new Map(saved.groups.map((group) => [group.Name, group]));
  const schedules = new Map(saved.schedules.map((schedule) => [keyOf(schedule), schedule]));
  return {
    groups,
    schedules,
    save: () => state.save({ groups: [...groups.values()], schedules: [...schedules.values()] }),
  };
}
