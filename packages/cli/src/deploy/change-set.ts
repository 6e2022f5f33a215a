import {
  type Change as AwsChange,
  type ChangeSetType,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  type Parameter,
} from "@aws-sdk/client-cloudformation";
import { TaskError } from "@twobytwo/core/errors";
import type { Aws } from "./aws.ts";

export interface Change {
  action: "add" | "change" | "replace" | "perhaps replace" | "remove";
  /** Its name in the template. */
  resource: string;
  type: string;
  /** Properties that change. */
  properties: string[];
}

export interface ChangeSet {
  id: string;
  stackId: string;
  changes: Change[];
}

export interface Plan {
  stackName: string;
  kind: ChangeSetType;
  /** Distinguishes change sets of one stack. */
  name: string;
  template: { TemplateBody: string } | { TemplateURL: string };
  parameters: Parameter[];
}

/**
 * What AWS would do. Without a change there is no change set; one of the same name that an earlier deployment left is
 * taken away first, since CloudFormation accepts no second one.
 *
 * @throws TaskError with AWS's own words where it does not take the template or a parameter.
 */
export async function planChanges(
  { cloudFormation }: Aws,
  plan: Plan,
  pause: () => Promise<void>,
): Promise<ChangeSet | undefined> {
  await dropChangeSet({ cloudFormation }, plan.stackName, plan.name);
  const { Id: id = "", StackId: stackId = "" } = await cloudFormation.send(
    new CreateChangeSetCommand({
      StackName: plan.stackName,
      ChangeSetName: plan.name,
      ChangeSetType: plan.kind,
      Parameters: plan.parameters,
      Capabilities: ["CAPABILITY_IAM"],
      ...plan.template,
    }),
  );
  const described = { ChangeSetName: id, StackName: plan.stackName };
  let first: DescribeChangeSetCommandOutput;
  for (;;) {
    first = await cloudFormation.send(new DescribeChangeSetCommand(described));
    if (!/^CREATE_(PENDING|IN_PROGRESS)$/.test(first.Status ?? "")) break;
    await pause();
  }
  if (first.Status === "CREATE_COMPLETE") return { id, stackId, changes: await readChanges(first) };
  await dropChangeSet({ cloudFormation }, plan.stackName, id);
  const reason = first.StatusReason ?? first.Status ?? "";
  if (/didn't contain changes|No updates are to be performed/i.test(reason)) return undefined;
  throw new TaskError("rejected", `CloudFormation does not accept the template: ${reason}`);

  async function readChanges(page: DescribeChangeSetCommandOutput): Promise<Change[]> {
    const changes = (page.Changes ?? []).flatMap(changeOf);
    if (page.NextToken === undefined) return changes;
    const next = await cloudFormation.send(new DescribeChangeSetCommand({ ...described, NextToken: page.NextToken }));
    return [...changes, ...(await readChanges(next))];
  }
}

/** Takes a change set away, if it is there. */
export async function dropChangeSet(
  { cloudFormation }: Pick<Aws, "cloudFormation">,
  StackName: string,
  ChangeSetName: string,
): Promise<void> {
  try {
    await cloudFormation.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
  } catch (error) {
    const { name, message } = error as Error;
    if (!/^ChangeSetNotFound/.test(name) && !/does not exist/.test(message)) throw error;
  }
}

function changeOf({ ResourceChange: change }: AwsChange): Change[] {
  if (change === undefined) return [];
  const { Action, Replacement, LogicalResourceId = "", ResourceType = "", Details = [] } = change;
  const properties = [...new Set(Details.flatMap(({ Target }) => Target?.Name ?? []))].sort();
  return [{ action: actionOf(Action, Replacement), resource: LogicalResourceId, type: ResourceType, properties }];
}

function actionOf(action: string | undefined, replacement: string | undefined): Change["action"] {
  if (action === "Add" || action === "Import") return "add";
  if (action === "Remove") return "remove";
  if (replacement === "True") return "replace";
  return replacement === "Conditional" ? "perhaps replace" : "change";
}
