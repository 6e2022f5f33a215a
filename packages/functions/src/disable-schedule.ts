import { DisableScheduleInput } from "@twobytwo/core/posting/state-inputs";
import { pauseByWorkflow } from "@twobytwo/core/schedule/pause-schedule";
import { disableWhenEmpty } from "@twobytwo/core/schedule/schedule";
import { clock, schedule } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Disable schedule", DisableScheduleInput, ({ pause, execution }) =>
  pause === null
    ? disableWhenEmpty(schedule(), clock)
    : pauseByWorkflow(schedule(), {
        reason: pause.reason,
        execution,
        clock,
        ...(pause.error !== undefined && { error: pause.error }),
      }),
);
