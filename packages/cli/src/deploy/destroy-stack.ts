import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { TaskError } from "@twobytwo/core/errors";
import * as v from "valibot";
import type { Context } from "../define-verb.ts";
import { findParameter } from "../parameter.ts";
import { type Aws, stackNameOf } from "./aws.ts";
import { firstCause } from "./first-cause.ts";
import { follow, seenSoFar } from "./follow.ts";
import { describeStack, dropEmptyStack, isOnlyPlanned, outputsOf, parametersOf } from "./stack.ts";

const pollMs = 1_000;

export interface Kept {
  /** In the template; `XKeys` and `CodeBucket` are not in it. */
  resource: string;
  type: string;
  /** In the account. */
  name: string;
}

export interface DestroyResult {
  stage: string;
  stack: string;
  region: string;
  outcome: "destroyed" | "declined";
  kept: Kept[];
  /** Whether the keys of X were deleted as well. */
  keysDeleted: boolean;
}

export interface DestroyOptions {
  stage: string;
  /** Whether the person has agreed beforehand to the removal of the stage, and to that of the keys. */
  agrees: boolean;
  withKeys: boolean;
}

type Person = Pick<Context, "progress" | "confirm" | "signal"> & { show(kept: readonly Kept[]): void };

const Policies = v.object({
  Resources: v.record(v.string(), v.object({ DeletionPolicy: v.optional(v.string()) })),
});

/** What stays when the stack goes: what its template retains, the keys of X, and the bucket with the code. */
async function keptOf({ cloudFormation, ssm }: Aws, stack: Stack): Promise<Kept[]> {
  const { StackId: StackName = "" } = stack;
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
  const { Resources } = v.parse(v.pipe(v.string(), v.parseJson(), Policies), TemplateBody);
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const retained = StackResources.filter(({ LogicalResourceId = "" }) =>
    Resources[LogicalResourceId]?.DeletionPolicy?.startsWith("Retain"),
  );
  const codeBucket = parametersOf(stack)["CodeBucket"];
  const keys = outputsOf(stack)["CredentialsParameter"];
  const hasKeys = keys !== undefined && (await findParameter(ssm, keys)) !== undefined;
  return [
    ...retained.map(({ LogicalResourceId = "", ResourceType = "", PhysicalResourceId = "" }) => ({
      resource: LogicalResourceId,
      type: ResourceType,
      name: PhysicalResourceId,
    })),
    ...(hasKeys ? [{ resource: "XKeys", type: "AWS::SSM::Parameter", name: keys }] : []),
    ...(codeBucket === undefined ? [] : [{ resource: "CodeBucket", type: "AWS::S3::Bucket", name: codeBucket }]),
  ];
}

/**
 * Deletes the stack of a stage, except what holds data, and the keys of X if the person wants it.
 *
 * @throws TaskError if there is none, or AWS fails.
 */
export async function destroyStack(aws: Aws, options: DestroyOptions, person: Person): Promise<DestroyResult> {
  const { stage, agrees, withKeys } = options;
  const { cloudFormation, region } = aws;
  const name = stackNameOf(stage);
  const stack = await describeStack(cloudFormation, name);
  if (stack === undefined)
    throw new TaskError(
      "rejected",
      `There is no CloudFormation stack ${name} in ${region}: check the stage, AWS_REGION and AWS_PROFILE. To remove a stage deployed with SST, use \`npx sst remove --stage ${stage}\`.`,
    );
  const result = { stage, stack: name, region, kept: [] as Kept[], keysDeleted: false };
  if (isOnlyPlanned(stack)) {
    if (!agrees && !(await person.confirm(`${name} was planned and never deployed. Delete the plan?`)))
      return { ...result, outcome: "declined" };
    await dropEmptyStack(cloudFormation, name);
    return { ...result, outcome: "destroyed" };
  }
  const kept = await keptOf(aws, stack);
  person.show(kept);
  if (!agrees && !(await person.confirm(`Delete the stack ${name}?`))) return { ...result, kept, outcome: "declined" };
  const keys = kept.find(({ resource }) => resource === "XKeys");
  const keysGo =
    keys !== undefined && (withKeys || (!agrees && (await person.confirm("Delete the keys of X as well?"))));
  person.signal.throwIfAborted();
  await removeStack(aws, stack, person);
  if (!keysGo) return { ...result, kept, outcome: "destroyed" };
  await aws.ssm.send(new DeleteParameterCommand({ Name: keys.name }));
  return { ...result, kept: kept.filter((one) => one !== keys), keysDeleted: true, outcome: "destroyed" };
}

async function removeStack(
  { cloudFormation }: Aws,
  { StackId: stackId = "" }: Stack,
  person: Pick<Person, "progress" | "signal">,
): Promise<void> {
  const seen = await seenSoFar(cloudFormation, stackId);
  await cloudFormation.send(new DeleteStackCommand({ StackName: stackId }));
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stackId }));
  const progress = person.progress(StackResources.length);
  const gone = new Set<string>();
  const happenings = await follow(cloudFormation, stackId, {
    seen,
    pause: () => sleep(pollMs, undefined, { signal: person.signal }),
    onEvent({ resource, type, status }) {
      if (type === "AWS::CloudFormation::Stack" || !/_(COMPLETE|SKIPPED)$/.test(status)) return;
      gone.add(resource);
      progress.at(Math.min(gone.size, StackResources.length), resource);
    },
  });
  progress.end();
  if (happenings.at(-1)?.status === "DELETE_COMPLETE") return;
  throw new TaskError(
    "rejected",
    `${firstCause(happenings) ?? "CloudFormation gave no reason."} What could be deleted is gone; fix the cause, then run this again.`,
  );
}
