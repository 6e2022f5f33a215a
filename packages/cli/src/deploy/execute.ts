import { ExecuteChangeSetCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import type { Progress } from "../progress.ts";
import type { Aws } from "./aws.ts";
import type { ChangeSet } from "./change-set.ts";
import { firstCause } from "./first-cause.ts";
import { follow, seenSoFar } from "./follow.ts";
import { findStack } from "./stack.ts";

/**
 * Makes the changes, and follows them to their end.
 *
 * @throws TaskError with the first cause if AWS fails; AbortError where the person does not want to wait any longer.
 */
export async function execute(
  { cloudFormation }: Aws,
  { stackName, planned }: { stackName: string; planned: ChangeSet },
  { pause, progressOf }: { pause: () => Promise<void>; progressOf: (total: number) => Progress },
): Promise<Stack> {
  const stackId = planned.stackId;
  const seen = await seenSoFar(cloudFormation, stackId);
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName: stackName, ChangeSetName: planned.id }));
  const progress = progressOf(planned.changes.length);
  const done = new Set<string>();
  const happenings = await follow(cloudFormation, stackId, {
    seen,
    pause,
    onEvent({ resource, type, status }) {
      if (type === "AWS::CloudFormation::Stack") return;
      if (status.endsWith("_COMPLETE")) done.add(resource);
      progress.at(Math.min(done.size, planned.changes.length), `${resource} ${plainStatus(status)}`);
    },
  });
  progress.end();
  const after = await findStack(cloudFormation, stackId);
  const status = after?.StackStatus ?? "gone";
  if (after !== undefined && /^(CREATE|UPDATE)_COMPLETE$/.test(status)) return after;
  const isBack = status === "UPDATE_ROLLBACK_COMPLETE";
  const end = isBack
    ? "Everything is as it was before."
    : status === "ROLLBACK_COMPLETE"
      ? "Everything that had been created is removed again; fix the cause, then deploy again."
      : `The stack ${stackName} is now ${status}.`;
  throw new TaskError("rejected", `${firstCause(happenings) ?? "CloudFormation gave no reason."} ${end}`);
}

const plainStatus = (status: string) => status.toLowerCase().replaceAll("_", " ");
