import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import * as v from "valibot";
import { type Aws, stackNameOf } from "./aws.ts";
import type { Person } from "./deploy-stack.ts";
import { firstCause } from "./first-cause.ts";
import { follow, seenSoFar } from "./follow.ts";
import { findStack, parametersOf } from "./stack.ts";

const pollMs = 1_000;

export interface Kept {
  /** In the template. */
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
}

const Policies = v.object({
  Resources: v.record(v.string(), v.object({ DeletionPolicy: v.optional(v.string()) })),
});

/** What stays when the stack goes: what its template retains, and the bucket with the code. */
async function keptOf({ cloudFormation }: Aws, stack: Stack): Promise<Kept[]> {
  const { StackId: StackName = "" } = stack;
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
  const { Resources } = v.parse(v.pipe(v.string(), v.parseJson(), Policies), TemplateBody);
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const retained = StackResources.filter(({ LogicalResourceId = "" }) =>
    Resources[LogicalResourceId]?.DeletionPolicy?.startsWith("Retain"),
  );
  const codeBucket = parametersOf(stack)["CodeBucket"];
  return [
    ...retained.map(({ LogicalResourceId = "", ResourceType = "", PhysicalResourceId = "" }) => ({
      resource: LogicalResourceId,
      type: ResourceType,
      name: PhysicalResourceId,
    })),
    ...(codeBucket === undefined ? [] : [{ resource: "CodeBucket", type: "AWS::S3::Bucket", name: codeBucket }]),
  ];
}

/** Deletes the stack of a stage, except what holds data. @throws TaskError if there is none, or AWS fails. */
export async function destroyStack(
  aws: Aws,
  { stage, agrees }: { stage: string; agrees: boolean },
  person: Omit<Person, "show"> & { show(kept: readonly Kept[]): void },
): Promise<DestroyResult> {
  const { cloudFormation, region } = aws;
  const name = stackNameOf(stage);
  const stack = await findStack(cloudFormation, name);
  if (stack === undefined)
    throw new TaskError(
      "rejected",
      `There is no CloudFormation stack ${name} in ${region}: check the stage, AWS_REGION and AWS_PROFILE. To remove a stage deployed with SST, use \`npx sst remove --stage ${stage}\`.`,
    );
  const { StackId: stackId = "" } = stack;
  const kept = await keptOf(aws, stack);
  person.show(kept);
  const result = { stage, stack: name, region, kept };
  if (!agrees && !(await person.confirm(`Delete the stack ${name}?`))) return { ...result, outcome: "declined" };
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
  if (happenings.at(-1)?.status === "DELETE_COMPLETE") return { ...result, outcome: "destroyed" };
  throw new TaskError(
    "rejected",
    `${firstCause(happenings) ?? "CloudFormation gave no reason."} What could be deleted is gone; fix the cause, then run this again.`,
  );
}
