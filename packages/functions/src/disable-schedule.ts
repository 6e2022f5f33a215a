import { DisableScheduleInput } from "@twobytwo/core/posting/state-inputs";
import { disableSchedule } from "@twobytwo/core/schedule/disable-schedule";
import { pauseSchedule } from "@twobytwo/core/schedule/pause-schedule";
import { clock, schedule } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Disable schedule", DisableScheduleInput, ({ pause, execution }) =>
  pause === null
    ? disableSchedule(schedule(), clock)
    : pauseSchedule(schedule(), {
        reason: pause.reason,
        execution,
        clock,
        ...(pause.error !== undefined && { error: pause.error }),
      }),
);
