import { bring, type Schedule, type ScheduleChange, type Settled } from "@twobytwo/core/schedule/schedule";

/** Changes some of a schedule and keeps the rest, whatever pause and stock ask for. */
export const changeSchedule = (schedule: Schedule, change: ScheduleChange): Promise<Settled> =>
  bring(schedule, async () => () => change);
