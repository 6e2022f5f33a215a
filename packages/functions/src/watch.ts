import { WatchInput } from "@twobytwo/core/posting/state-inputs";
import { watch } from "@twobytwo/core/watch/watch";
import { alerts, clock, schedule, stageName, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Watch", WatchInput, () =>
  watch({ table: table(), schedule: schedule(), alerts: alerts(), clock, stage: stageName() }),
);
