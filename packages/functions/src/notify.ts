import { NotifyInput } from "@twobytwo/core/posting/state-inputs";
import { notify } from "@twobytwo/core/watch/notify";
import { alerts, clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Notify", NotifyInput, (input) =>
  notify({ alerts: alerts(), table: table(), clock }, input),
);
