import { tellOwner } from "@twobytwo/core/alerts";
import { NotifyInput } from "@twobytwo/core/workflow";
import { alerts } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Notify", NotifyInput, async ({ failure, execution }) => {
  const owner = alerts();
  if (owner !== undefined) await tellOwner(owner, failure, execution);
  return { told: owner !== undefined };
});
