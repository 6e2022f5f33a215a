import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import type { Template } from "@twobytwo/stacks/cloudformation/template";

/** The stack as it is; undefined where there is none. */
export async function describeStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0];
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Whether a deployment was never agreed to: there are change sets, and nothing else. */
export const isOnlyPlanned = ({ StackStatus }: Stack) => StackStatus === "REVIEW_IN_PROGRESS";

/** The stack as it is; undefined where there is none, or only a change set for one. */
export async function findStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  const found = await describeStack(client, name);
  return found === undefined || isOnlyPlanned(found) ? undefined : found;
}

/** Whether the first deployment failed, so that only its record is left. */
export const isRolledBack = ({ StackStatus: status }: Stack) =>
  status === "ROLLBACK_COMPLETE" || status === "ROLLBACK_FAILED" || status === "CREATE_FAILED";

/** @throws TaskError if the stack is being changed right now, or a rollback failed. */
export function requireChangeable({ StackName, StackStatus }: Stack): void {
  if (StackStatus?.endsWith("_IN_PROGRESS"))
    throw new TaskError(
      "rejected",
      `The stack ${StackName} is already being changed (${StackStatus}): wait until that is done.`,
    );
  if (StackStatus === "UPDATE_ROLLBACK_FAILED")
    throw new TaskError(
      "rejected",
      `The stack ${StackName} could not be rolled back (${StackStatus}): open it in the CloudFormation console and choose “Continue update rollback”.`,
    );
}

/** A stack that only ever was a change set is deleted without events. */
export async function dropEmptyStack(client: CloudFormationClient, name: string): Promise<void> {
  const found = await describeStack(client, name);
  if (found !== undefined && isOnlyPlanned(found)) await client.send(new DeleteStackCommand({ StackName: name }));
}

export const outputsOf = ({ Outputs = [] }: Stack): Record<string, string> =>
  Object.fromEntries(Outputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));

export const parametersOf = ({ Parameters = [] }: Stack): Record<string, string> =>
  Object.fromEntries(Parameters.map(({ ParameterKey = "", ParameterValue = "" }) => [ParameterKey, ParameterValue]));

/** What is deployed: the built functions, and the template that names them. */
export interface Release {
  zips: readonly Zip[];
  render(zipNames: Readonly<Record<string, string>>): Template;
}

export interface DeployOptions {
  stage: string;
  release: Release;
  /** Values of the template's parameters, as far as they were given. */
  settings: Readonly<Record<string, string>>;
  codeBucket?: string;
  isDryRun: boolean;
  /** Whether the person has agreed beforehand to whatever changes. */
  agrees: boolean;
}

export interface Zip {
  /** Name of the function. */
  name: string;
  file: string;
  /** Hexadecimal. */
  sha256: string;
}
