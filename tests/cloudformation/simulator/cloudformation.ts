import { GetObjectCommand } from "@aws-sdk/client-s3";
import { AwsError } from "@twobytwo/sandbox/aws-error";
import type { AwsService } from "@twobytwo/sandbox/aws-http";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import { type Account, accountId, region } from "../engine/account.ts";
import { apply, type Engine, newStack, parametersOf, remove, type Stack, type Wanted } from "../engine/stack.ts";
import { mostBytes } from "../lint/lint.ts";
import { type Change, changesOf } from "./changes.ts";
import { type Form, list, queryService, text, type Xml } from "./query.ts";

interface ChangeSet {
  id: string;
  name: string;
  stack: Stack;
  wanted: Wanted;
  changes: Change[];
  status: "CREATE_IN_PROGRESS" | "CREATE_COMPLETE" | "FAILED";
  reason?: string;
}

export interface Simulator {
  service: AwsService;
  stacks: readonly Stack[];
  /** Resolves when nothing is being created or removed. */
  idle(): Promise<void>;
}

const invalid = (message: string) => new AwsError("ValidationError", message);

/**
 * The part of the CloudFormation API that the command uses; what it does to stacks, the engine does for real. What it
 * refuses is from docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, the pages of each operation, and the words
 * are those that AWS was seen to say.
 */
export function createCloudFormation(engine: Engine): Simulator {
  const { account } = engine;
  const stacks: Stack[] = [];
  const changeSets: ChangeSet[] = [];
  let working: Promise<unknown> = Promise.resolve();
  const forget = (stack: Stack) => {
    changeSets.splice(0, Number.POSITIVE_INFINITY, ...changeSets.filter((one) => one.stack !== stack));
  };
  const work = (job: () => Promise<void>) => {
    working = working.then(job);
  };

  const find = (name: string | undefined) =>
    stacks.find((stack) => stack.id === name || (stack.name === name && stack.status !== "DELETE_COMPLETE"));
  const stackOf = (form: Form): Stack => {
    const name = text(form, "StackName");
    const found = find(name);
    if (found === undefined) throw invalid(`Stack with id ${name} does not exist`);
    return found;
  };
  const changeSetOf = (form: Form): ChangeSet => {
    const name = text(form, "ChangeSetName");
    const found = changeSets.find(
      (one) => one.id === name || (one.name === name && one.stack.name === text(form, "StackName")),
    );
    if (found === undefined) throw new AwsError("ChangeSetNotFound", `ChangeSet [${name}] does not exist`, 404);
    return found;
  };

  async function createChangeSet(form: Form): Promise<Xml> {
    const name = text(form, "ChangeSetName") ?? "";
    const wanted = await readWanted(account, form, find(text(form, "StackName")));
    const stack = stackFor(form);
    // "Errors" of CreateChangeSet: AlreadyExistsException.
    if (changeSets.some((one) => one.name === name && one.stack === stack))
      throw new AwsError(
        "AlreadyExistsException",
        `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Parameters`,
      );
    const id = `arn:aws:cloudformation:${region}:${accountId}:changeSet/${name}/${account.unique()}`;
    const changes = await changesOf(stack, wanted);
    changeSets.push({ id, name, stack, wanted, changes, status: "CREATE_IN_PROGRESS" });
    return { Id: id, StackId: stack.id };
  }

  function stackFor(form: Form): Stack {
    const name = text(form, "StackName") ?? "";
    const found = find(name);
    const isReviewed = found?.status === "REVIEW_IN_PROGRESS";
    if (text(form, "ChangeSetType") !== "CREATE") {
      if (found === undefined || isReviewed) throw invalid(`Stack [${name}] does not exist`);
      if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(found.status))
        throw invalid(`Stack:${found.id} is in ${found.status} state and can not be updated.`);
      return found;
    }
    if (found !== undefined && !isReviewed)
      throw invalid(
        `Stack [${name}] already exists and cannot be created again with the changeSet [${text(form, "ChangeSetName")}].`,
      );
    const stack = found ?? newStack(name, account.unique());
    if (found === undefined) stacks.push(stack);
    return stack;
  }

  function describeChangeSet(form: Form): Xml {
    const set = changeSetOf(form);
    const shown = inAnswer(set);
    // It takes a moment in AWS, too: the first look comes too early.
    if (set.status === "CREATE_IN_PROGRESS") {
      set.status = set.changes.length === 0 ? "FAILED" : "CREATE_COMPLETE";
      if (set.status === "FAILED")
        set.reason =
          "The submitted information didn't contain changes. Submit different information to create a change set.";
    }
    return shown;
  }

  const operations: Record<string, (form: Form) => Xml | Promise<Xml>> = {
    CreateChangeSet: createChangeSet,
    DescribeChangeSet: describeChangeSet,
    DeleteChangeSet: (form) => {
      if (text(form, "ChangeSetName")?.startsWith("arn:") !== true) stackOf(form);
      changeSets.splice(changeSets.indexOf(changeSetOf(form)), 1);
      return {};
    },
    ExecuteChangeSet: (form) => {
      const set = changeSetOf(form);
      if (set.status !== "CREATE_COMPLETE")
        throw new AwsError(
          "InvalidChangeSetStatus",
          `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`,
        );
      // "CloudFormation deletes all the change sets associated with the stack" (ExecuteChangeSet).
      forget(set.stack);
      work(() => apply(engine, set.stack, set.wanted));
      return {};
    },
    DescribeStacks: (form) => ({ Stacks: [stackInAnswer(stackOf(form))] }),
    DescribeStackEvents: (form) => {
      const stack = stackOf(form);
      const events = stack.events.map((event, number) => ({ ...event, number })).reverse();
      const from = Number(text(form, "NextToken") ?? 0);
      return {
        StackEvents: events.slice(from, from + 50).map((event) => ({
          StackId: stack.id,
          StackName: stack.name,
          EventId: `${event.logicalId}-${event.number}`,
          LogicalResourceId: event.logicalId,
          PhysicalResourceId: event.physicalId,
          ResourceType: event.type,
          Timestamp: new Date(event.at).toISOString(),
          ResourceStatus: event.status,
          ResourceStatusReason: event.reason,
        })),
        NextToken: events.length > from + 50 ? String(from + 50) : undefined,
      };
    },
    DescribeStackResources: (form) => {
      const stack = stackOf(form);
      return {
        StackResources: [...stack.resources].map(([LogicalResourceId, { physical, resource }]) => ({
          LogicalResourceId,
          PhysicalResourceId: physical.id,
          ResourceType: resource.Type,
          ResourceStatus: "CREATE_COMPLETE",
          Timestamp: new Date(engine.clock()).toISOString(),
        })),
      };
    },
    GetTemplate: (form) => ({ TemplateBody: JSON.stringify(stackOf(form).template), StagesAvailable: ["Original"] }),
    DeleteStack: (form) => {
      const stack = find(text(form, "StackName"));
      if (stack !== undefined) forget(stack);
      if (stack?.status === "REVIEW_IN_PROGRESS") stack.status = "DELETE_COMPLETE";
      // Like AWS, which deletes what is not there without a word.
      else if (stack !== undefined) work(() => remove(engine, stack));
      return {};
    },
  };
  return {
    service: queryService({ name: "cloudformation", version: "2010-05-15", operations }),
    stacks,
    async idle() {
      await working;
    },
  };
}

async function readWanted(account: Account, form: Form, before: Stack | undefined): Promise<Wanted> {
  const template = JSON.parse(await readTemplate(account, form)) as Template;
  const given = list(form, "Parameters").map((entry): [string, string | undefined] => {
    const parameter = entry as Form;
    const name = text(parameter, "ParameterKey") ?? "";
    const isKept = text(parameter, "UsePreviousValue") === "true";
    return [name, isKept ? before?.parameters[name] : text(parameter, "ParameterValue")];
  });
  const capabilities = list(form, "Capabilities");
  const hasRoles = Object.values(template.Resources).some(({ Type }) => Type.startsWith("AWS::IAM::"));
  if (hasRoles && !capabilities.includes("CAPABILITY_IAM") && !capabilities.includes("CAPABILITY_NAMED_IAM"))
    throw new AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]");
  try {
    return { template, parameters: parametersOf(template, Object.fromEntries(given)) };
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

async function readTemplate({ services }: Account, form: Form): Promise<string> {
  const body = text(form, "TemplateBody");
  if (body !== undefined) {
    if (Buffer.byteLength(body) <= mostBytes.inline) return body;
    throw invalid(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${mostBytes.inline}`,
    );
  }
  const [, Bucket = "", Key = ""] = /^https:\/\/([^./]+)\.s3\.[^/]+\/(.+)$/.exec(text(form, "TemplateURL") ?? "") ?? [];
  if (Key === "") throw invalid("TemplateURL must be a supported URL.");
  const object = await services.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await object.Body?.transformToString()) ?? "";
}

const pairs = (values: Readonly<Record<string, string>>, [key, value]: readonly [string, string]): Xml =>
  Object.entries(values).map(([name, text]) => ({ [key]: name, [value]: text }));

const stackInAnswer = ({ id, name, status, parameters, outputs, events }: Stack): Xml => ({
  StackId: id,
  StackName: name,
  StackStatus: status,
  CreationTime: new Date(events[0]?.at ?? 0).toISOString(),
  Parameters: pairs(parameters, ["ParameterKey", "ParameterValue"]),
  Outputs: pairs(outputs, ["OutputKey", "OutputValue"]),
});

const inAnswer = ({ id, name, stack, wanted, changes, status, reason }: ChangeSet): Xml => ({
  ChangeSetId: id,
  ChangeSetName: name,
  StackId: stack.id,
  StackName: stack.name,
  Status: status,
  StatusReason: reason,
  ExecutionStatus: status === "CREATE_COMPLETE" ? "AVAILABLE" : "UNAVAILABLE",
  Parameters: pairs(wanted.parameters, ["ParameterKey", "ParameterValue"]),
  Changes: changes.map(({ action, logicalId, physicalId, type, replacement, properties }) => ({
    Type: "Resource",
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: replacement,
      Scope: properties.length > 0 ? ["Properties"] : [],
      Details: properties.map((property) => ({
        Target: { Attribute: "Properties", Name: property },
        Evaluation: "Static",
      })),
    },
  })),
});
