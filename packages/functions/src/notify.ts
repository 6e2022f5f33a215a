import { NotifyInput } from "@twobytwo/core/posting/state-inputs";
import { noteTold } from "@twobytwo/core/schedule/pause";
import { tellOwner } from "@twobytwo/core/watch/notify";
import { alerts, clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Notify", NotifyInput, async ({ failure, execution }) => {
  const owner = alerts();
  if (owner === undefined) return { told: false };
  await tellOwner(owner, failure, execution);
  if (!failure.pause?.until) return { told: true };
  // What cannot be noted, the watch tells once more: better than to tell it again at once, and again.
  const at = new Date(clock()).toISOString();
  return { told: true, noted: await noteTold(table(), { execution, at }).catch(() => false) };
});
