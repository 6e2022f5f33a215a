import type { Resource, Template } from "@twobytwo/stacks/cloudformation/template";
import { checkParameterValue } from "../lint/parameters.ts";
import type { Account } from "./account.ts";
import { accountId, region } from "./account.ts";
import { evaluate, holds, type Physical, type Scope } from "./evaluate.ts";
import { providerOf } from "./providers.ts";
import { creationOrder, type Fields } from "./references.ts";

export interface StackEvent {
  /** Milliseconds since 1970. */
  at: number;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
}

interface Created {
  resource: Resource;
  physical: Physical;
  /** With everything filled in. */
  properties: Fields;
}

export interface Stack {
  name: string;
  id: string;
  status: string;
  template: Template | undefined;
  parameters: Record<string, string>;
  resources: Map<string, Created>;
  outputs: Record<string, string>;
  /** Oldest first. */
  events: StackEvent[];
  /** Logical ids of what was kept when the stack went. */
  kept: string[];
}

export interface Wanted {
  template: Template;
  parameters: Readonly<Record<string, string>>;
}

export const newStack = (name: string, unique: string): Stack => ({
  name,
  id: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${unique}`,
  status: "REVIEW_IN_PROGRESS",
  template: undefined,
  parameters: {},
  resources: new Map(),
  outputs: {},
  events: [],
  kept: [],
});

/** Given values over defaults. @throws Error for what a parameter does not take, in CloudFormation's words. */
export function parametersOf(
  template: Template,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(template.Parameters, name));
  if (unknown.length > 0) throw new Error(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  const values = Object.entries(template.Parameters).map(([name, parameter]) => {
    const value = given[name] ?? (parameter.Default === undefined ? undefined : String(parameter.Default));
    if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
    const [problem] = checkParameterValue(name, parameter, value);
    if (problem !== undefined) throw new Error(problem);
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

export const scopeOf = (stack: Stack, { template, parameters }: Wanted): Scope => ({
  parameters,
  conditions: template.Conditions,
  resources: new Map([...stack.resources].map(([name, { physical }]) => [name, physical])),
  pseudo: {
    "AWS::AccountId": accountId,
    "AWS::Partition": "aws",
    "AWS::Region": region,
    "AWS::StackId": stack.id,
    "AWS::StackName": stack.name,
    "AWS::URLSuffix": "amazonaws.com",
  },
});

/** Names of the resources whose conditions hold, in the order of their creation. */
export function wantedResources(scope: Scope, { Resources }: Template): string[] {
  return creationOrder(Resources).filter((name) => {
    const condition = Resources[name]?.Condition;
    return condition === undefined || holds(condition, scope);
  });
}

export interface Engine {
  account: Account;
  clock: () => number;
}

type Say = (logicalId: string, status: string, about?: { physicalId?: string; reason?: string; type?: string }) => void;

function sayer({ clock }: Engine, stack: Stack): Say {
  return (logicalId, status, { physicalId = "", reason, type } = {}) => {
    const known = stack.template?.Resources[logicalId]?.Type ?? stack.resources.get(logicalId)?.resource.Type ?? "";
    stack.events.push({
      at: clock(),
      logicalId,
      physicalId,
      type: type ?? known,
      status,
      ...(reason !== undefined && { reason }),
    });
  };
}

/** Brings a stack to what is wanted, or back to where it was; its status and events say which. Never rejects. */
export async function apply(engine: Engine, stack: Stack, wanted: Wanted): Promise<void> {
  const isNew = stack.status === "REVIEW_IN_PROGRESS";
  const verb = isNew ? "CREATE" : "UPDATE";
  const say = sayer(engine, stack);
  const sayStack = (status: string, reason?: string) => {
    stack.status = status;
    const about = { physicalId: stack.id, type: "AWS::CloudFormation::Stack" };
    say(stack.name, status, reason === undefined ? about : { ...about, reason });
  };
  const before = { template: stack.template, parameters: stack.parameters };
  stack.template = wanted.template;
  stack.parameters = { ...wanted.parameters };
  sayStack(`${verb}_IN_PROGRESS`, "User Initiated");
  try {
    await bring(engine, stack, wanted, say);
    sayStack(`${verb}_COMPLETE`);
  } catch (error) {
    const reason = `The following resource(s) failed to ${verb.toLowerCase()}: [${(error as ResourceFailure).logicalId}]. `;
    if (isNew) {
      sayStack("ROLLBACK_IN_PROGRESS", `${reason}Rollback requested by user.`);
      await removeAll(engine, stack, say, { isRollback: true });
      sayStack("ROLLBACK_COMPLETE");
      return;
    }
    sayStack("UPDATE_ROLLBACK_IN_PROGRESS", reason);
    if (before.template !== undefined) {
      stack.template = before.template;
      stack.parameters = before.parameters;
      await bring(engine, stack, { template: before.template, parameters: before.parameters }, say);
    }
    sayStack("UPDATE_ROLLBACK_COMPLETE");
  }
}

export async function remove(engine: Engine, stack: Stack): Promise<void> {
  const say = sayer(engine, stack);
  const about = { physicalId: stack.id, type: "AWS::CloudFormation::Stack" };
  stack.status = "DELETE_IN_PROGRESS";
  say(stack.name, stack.status, { ...about, reason: "User Initiated" });
  await removeAll(engine, stack, say, { isRollback: false });
  stack.status = "DELETE_COMPLETE";
  say(stack.name, stack.status, about);
}

class ResourceFailure extends Error {
  readonly logicalId: string;
  constructor(logicalId: string, message: string) {
    super(message);
    this.logicalId = logicalId;
  }
}

async function bring(engine: Engine, stack: Stack, wanted: Wanted, say: Say): Promise<void> {
  const names = wantedResources(scopeOf(stack, wanted), wanted.template);
  for (const name of names) await bringOne(engine, stack, wanted, { name, say });
  const scope = scopeOf(stack, wanted);
  const gone = [...stack.resources.keys()].filter((name) => !names.includes(name)).reverse();
  for (const name of gone) await removeOne(engine, stack, name, say);
  stack.outputs = Object.fromEntries(
    Object.entries(wanted.template.Outputs)
      .filter(([, { Condition }]) => Condition === undefined || holds(Condition, scope))
      .map(([name, { Value }]) => [name, String(evaluate(Value, scope))]),
  );
}

async function bringOne(
  { account }: Engine,
  stack: Stack,
  wanted: Wanted,
  { name, say }: { name: string; say: Say },
): Promise<void> {
  const resource = wanted.template.Resources[name];
  if (resource === undefined) return;
  const before = stack.resources.get(name);
  const verb = before === undefined ? "CREATE" : "UPDATE";
  let physicalId = before?.physical.id ?? "";
  try {
    const properties = evaluate(resource.Properties, scopeOf(stack, wanted)) as Fields;
    if (JSON.stringify(before?.properties) === JSON.stringify(properties)) return;
    say(name, `${verb}_IN_PROGRESS`, { physicalId });
    const provider = providerOf(resource.Type);
    const naming = { logicalId: name, stackName: stack.name };
    if (before !== undefined && provider.update === undefined)
      throw new Error(`${resource.Type} cannot be changed here without replacing it.`);
    const physical =
      before === undefined
        ? await provider.create(account, properties, naming)
        : ((await provider.update?.(account, before.physical, properties)) ?? before.physical);
    physicalId = physical.id;
    stack.resources.set(name, { resource, physical, properties });
    say(name, `${verb}_COMPLETE`, { physicalId });
  } catch (error) {
    const { name: code, message } = error as Error;
    const reason = code === "Error" ? message : `${message} (Service: ${resource.Type.split("::")[1]}, Error: ${code})`;
    say(name, `${verb}_FAILED`, { physicalId, reason });
    throw new ResourceFailure(name, reason);
  }
}

async function removeAll(engine: Engine, stack: Stack, say: Say, { isRollback }: { isRollback: boolean }) {
  for (const name of [...stack.resources.keys()].reverse()) {
    const policy = stack.resources.get(name)?.resource.DeletionPolicy ?? "Delete";
    if (policy === "Retain" || (policy === "RetainExceptOnCreate" && !isRollback)) {
      const { physical } = stack.resources.get(name) as Created;
      say(name, "DELETE_SKIPPED", { physicalId: physical.id });
      stack.resources.delete(name);
      stack.kept.push(name);
    } else await removeOne(engine, stack, name, say);
  }
}

async function removeOne({ account }: Engine, stack: Stack, name: string, say: Say): Promise<void> {
  const created = stack.resources.get(name);
  if (created === undefined) return;
  const { resource, physical } = created;
  say(name, "DELETE_IN_PROGRESS", { physicalId: physical.id, type: resource.Type });
  await providerOf(resource.Type).remove(account, physical);
  say(name, "DELETE_COMPLETE", { physicalId: physical.id, type: resource.Type });
  stack.resources.delete(name);
}
