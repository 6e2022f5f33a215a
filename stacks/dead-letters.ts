/// <reference path="../.sst/platform/config.d.ts" />
import { functions } from "./blueprint.ts";
import { retention } from "./deployment-facts.ts";
import type { FunctionBlueprint } from "./function-blueprint.ts";
import { pascal } from "./pascal.ts";

export type DeadLetters = ReturnType<typeof createDeadLetters>;

/** Where an event ends that no attempt could deliver: the schedule's, and those of functions that events invoke. */
export function createDeadLetters() {
  const ofFunction = new Map<FunctionBlueprint["name"], sst.aws.Queue>();
  for (const { name, deadLetters } of functions) if (deadLetters) ofFunction.set(name, queueOf(pascal(name)));
  return { ofSchedule: queueOf("Schedule"), ofFunction };
}

const queueOf = (of: string) =>
  new sst.aws.Queue(`${of}DeadLetters`, {
    transform: { queue: { messageRetentionSeconds: retention.deadLetters * 86_400, sqsManagedSseEnabled: true } },
  });
