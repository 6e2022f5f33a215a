import { setTimeout as sleep } from "node:timers/promises";
import { DeleteStackCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import type { Context } from "../define-verb.ts";
import { type Aws, stackNameOf } from "./aws.ts";
import { type Change, type ChangeSet, dropChangeSet, type Plan, planChanges } from "./change-set.ts";
import { execute } from "./execute.ts";
import { firstCause } from "./first-cause.ts";
import { follow, seenSoFar } from "./follow.ts";
import { type LiveSchedule, readLiveSchedule } from "./live-schedule.ts";
import { changedSettings, parametersFor, type SettingChange } from "./parameters.ts";
import { shipRelease } from "./release.ts";
import {
  type DeployOptions,
  dropEmptyStack,
  findStack,
  isRolledBack,
  outputsOf,
  parametersOf,
  requireChangeable,
} from "./stack.ts";

/** How often to poll CloudFormation. */
const pollMs = 1_000;

export interface DeployResult {
  stage: string;
  stack: string;
  region: string;
  outcome: "deployed" | "unchanged" | "declined" | "dry-run";
  isNew: boolean;
  changes: Change[];
  /** Settings that become others; those of a new stage are not among them. */
  settings: SettingChange[];
  /** Keys of what was put into the code bucket. */
  uploaded: string[];
  outputs: Record<string, string>;
}

export type Person = Pick<Context, "tell" | "progress" | "confirm" | "signal"> & {
  /** Shows what would change, with the settings that become others. */
  show(changes: readonly Change[], settings: readonly SettingChange[]): void;
};

/**
 * Deploys a release to the stack of a stage, or only says what that would change. Whatever ends it before a person has
 * agreed leaves neither a change set nor an empty stack.
 *
 * @throws TaskError if AWS fails, or the person interrupts it.
 */
export async function deployStack(aws: Aws, options: DeployOptions, person: Person): Promise<DeployResult> {
  const { stage, isDryRun } = options;
  const stackName = stackNameOf(stage);
  const pause = () => sleep(pollMs, undefined, { signal: person.signal });
  let isBegun = false;
  try {
    return await deploy();
  } catch (error) {
    if ((error as Error).name !== "AbortError" || !person.signal.aborted) throw error;
    throw new TaskError(
      "rejected",
      isBegun
        ? `Interrupted: AWS goes on with ${stackName}. Run this command again to see how it ended.`
        : "Interrupted: nothing was changed.",
      { cause: error },
    );
  }

  async function deploy(): Promise<DeployResult> {
    let before = await findStack(aws.cloudFormation, stackName);
    if (before !== undefined && isRolledBack(before)) {
      person.tell("The first deployment failed. Removing what is left of it …");
      if (!isDryRun) await removeRecord(aws, before, pause);
      before = undefined;
    } else if (before !== undefined) requireChangeable(before);

    const given = before === undefined ? {} : parametersOf(before);
    const shipped = await shipRelease(aws, options, { given, signal: person.signal });
    const base = {
      stage,
      stack: stackName,
      region: aws.region,
      isNew: before === undefined,
      settings: changedSettings(options.settings, given),
      uploaded: shipped.uploaded,
    };
    if (shipped.template === undefined) {
      // Too large to send directly, and no bucket yet, so the stack cannot exist either.
      const changes = Object.entries(shipped.rendered.Resources).map(
        ([resource, { Type }]): Change => ({ action: "add", resource, type: Type, properties: [] }),
      );
      return { ...base, outcome: "dry-run", changes, outputs: {} };
    }
    const settings = { ...options.settings, Stage: stage, CodeBucket: shipped.bucket };
    const names = { asDeployed: `twobytwo-${shipped.hash}-a`, asItIsNow: `twobytwo-${shipped.hash}-b` };
    const plan = (live?: LiveSchedule): Plan => ({
      stackName,
      kind: before === undefined ? "CREATE" : "UPDATE",
      name: live === undefined ? names.asDeployed : names.asItIsNow,
      template: shipped.template as Plan["template"],
      parameters: parametersFor({ ...live, ...settings }, Object.keys(shipped.rendered.Parameters), given),
    });
    const outputs = before === undefined ? {} : outputsOf(before);
    try {
      const planned = await planWithLiveSchedule(aws, { plan, before, settings }, pause);
      if (planned === undefined) return { ...base, outcome: "unchanged", changes: [], outputs };
      const { changes } = planned;
      if (isDryRun) return { ...base, outcome: "dry-run", changes, outputs };
      person.show(changes, base.settings);
      const question = `Apply ${changes.length === 1 ? "this" : `these ${changes.length}`}?`;
      if (!options.agrees && !(await person.confirm(question))) {
        person.signal.throwIfAborted();
        return { ...base, outcome: "declined", changes, outputs };
      }
      isBegun = true;
      const after = await execute(aws, { stackName, planned }, { pause, progressOf: person.progress });
      return { ...base, outcome: "deployed", changes, outputs: outputsOf(after) };
    } finally {
      if (!isBegun) {
        for (const name of Object.values(names)) await dropChangeSet(aws, stackName, name);
        if (before === undefined) await dropEmptyStack(aws.cloudFormation, stackName);
      }
    }
  }
}

/** A stack whose creation was rolled back can only be deleted. */
async function removeRecord(
  { cloudFormation }: Aws,
  { StackId = "" }: Stack,
  pause: () => Promise<void>,
): Promise<void> {
  const seen = await seenSoFar(cloudFormation, StackId);
  await cloudFormation.send(new DeleteStackCommand({ StackName: StackId }));
  const happenings = await follow(cloudFormation, StackId, { seen, pause, onEvent: () => {} });
  if (happenings.at(-1)?.status !== "DELETE_COMPLETE")
    throw new TaskError("rejected", `The remains of the first deployment cannot be removed: ${firstCause(happenings)}`);
}

/**
 * An update writes the whole schedule anew, also what was changed since by pausing, resuming and `2x2 schedule`. So
 * where it would be written, it is written as it is now, but for what was asked for.
 */
async function planWithLiveSchedule(
  aws: Aws,
  wanted: {
    plan: (live?: LiveSchedule) => Plan;
    before: Stack | undefined;
    settings: Readonly<Record<string, string>>;
  },
  pause: () => Promise<void>,
): Promise<ChangeSet | undefined> {
  const planned = await planChanges(aws, wanted.plan(), pause);
  const { before } = wanted;
  if (before === undefined || !planned?.changes.some(({ resource }) => resource === "Schedule")) return planned;
  const live = await readLiveSchedule(aws, outputsOf(before)["ScheduleName"] ?? "");
  const given = parametersOf(before);
  const isLikeBefore = Object.entries(live ?? {}).every(
    ([name, value]) => wanted.settings[name] !== undefined || given[name] === value,
  );
  if (live === undefined || isLikeBefore) return planned;
  await dropChangeSet(aws, before.StackName ?? "", planned.id);
  return planChanges(aws, wanted.plan(live), pause);
}
