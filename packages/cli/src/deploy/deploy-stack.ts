import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteStackCommand,
  ExecuteChangeSetCommand,
  type Parameter,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import type { Context } from "../define-verb.ts";
import { type Aws, stackNameOf } from "./aws.ts";
import { type Change, type ChangeSet, dropChangeSet, type Plan, planChanges } from "./change-set.ts";
import { firstCause } from "./first-cause.ts";
import { follow, seenSoFar } from "./follow.ts";
import { type LiveSchedule, readLiveSchedule } from "./live-schedule.ts";
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
  /** Keys of what was put into the code bucket. */
  uploaded: string[];
  outputs: Record<string, string>;
}

export type Person = Pick<Context, "tell" | "progress" | "confirm" | "signal"> & {
  /** Shows what would change. */
  show(changes: readonly Change[]): void;
};

/** Deploys a release to the stack of a stage, or only says what that would change. */
export async function deployStack(aws: Aws, options: DeployOptions, person: Person): Promise<DeployResult> {
  const { stage, isDryRun } = options;
  const stackName = stackNameOf(stage);
  const pause = () => sleep(pollMs, undefined, { signal: person.signal });
  let before = await findStack(aws.cloudFormation, stackName);
  if (before !== undefined && isRolledBack(before)) {
    person.tell("The first deployment failed. Removing what is left of it …");
    if (!isDryRun) await removeRecord(aws, before, pause);
    before = undefined;
  } else if (before !== undefined) requireChangeable(before);

  const given = before === undefined ? {} : parametersOf(before);
  const shipped = await shipRelease(aws, options, { prefix: options.settings["CodePrefix"] ?? given["CodePrefix"] });
  const base = { stage, stack: stackName, region: aws.region, isNew: before === undefined, uploaded: shipped.uploaded };
  if (shipped.template === undefined) {
    // Too large to send directly, and no bucket yet, so the stack cannot exist either.
    const changes = Object.entries(shipped.rendered.Resources).map(
      ([resource, { Type }]): Change => ({ action: "add", resource, type: Type, properties: [] }),
    );
    return { ...base, outcome: "dry-run", changes, outputs: {} };
  }
  const settings = { ...options.settings, Stage: stage, CodeBucket: shipped.bucket };
  const plan = (live: Partial<LiveSchedule> = {}): Plan => ({
    stackName,
    kind: before === undefined ? "CREATE" : "UPDATE",
    name: `twobytwo-${shipped.hash}-${Object.keys(live).length === 0 ? "a" : "b"}`,
    template: shipped.template as Plan["template"],
    parameters: parametersFor({ ...live, ...settings }, Object.keys(shipped.rendered.Parameters), given),
  });
  const planned = await planWithLiveSchedule(aws, { plan, before, settings }, pause);
  const outputs = before === undefined ? {} : outputsOf(before);
  if (planned === undefined) return { ...base, outcome: "unchanged", changes: [], outputs };
  const { changes, id } = planned;
  const forget = async () => {
    await dropChangeSet(aws, stackName, id);
    if (before === undefined) await dropEmptyStack(aws.cloudFormation, stackName);
  };
  if (isDryRun) {
    await forget();
    return { ...base, outcome: "dry-run", changes, outputs };
  }
  person.show(changes);
  if (
    !options.agrees &&
    !(await person.confirm(`Apply ${changes.length === 1 ? "this" : `these ${changes.length}`}?`))
  ) {
    await forget();
    return { ...base, outcome: "declined", changes, outputs };
  }
  const after = await execute(aws, { stackName, planned, pause, person });
  return { ...base, outcome: "deployed", changes, outputs: outputsOf(after) };
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

/** The given values, otherwise those of the stack; parameters new in the template take their defaults. */
export function parametersFor(
  settings: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  before: Readonly<Record<string, string>>,
): Parameter[] {
  return names.flatMap((ParameterKey): Parameter[] => {
    const ParameterValue = settings[ParameterKey];
    if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
    return Object.hasOwn(before, ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
  });
}

/**
 * An update writes the whole schedule anew, also what was changed since by pausing, resuming and `2x2 schedule`. So
 * where it would be written, it is written as it is now, but for what was asked for.
 */
async function planWithLiveSchedule(
  aws: Aws,
  wanted: {
    plan: (live?: Partial<LiveSchedule>) => Plan;
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

/** @throws TaskError with the first cause if AWS fails. */
async function execute(
  { cloudFormation }: Aws,
  work: { stackName: string; planned: ChangeSet; pause: () => Promise<void>; person: Person },
): Promise<Stack> {
  const { stackName, planned, pause, person } = work;
  const stackId = planned.stackId;
  const seen = await seenSoFar(cloudFormation, stackId);
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName: stackName, ChangeSetName: planned.id }));
  person.signal.addEventListener(
    "abort",
    () => person.tell("The deployment continues. Run this command again to see how it ended."),
    { once: true },
  );
  const progress = person.progress(planned.changes.length);
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
