import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import type { Resource, Value } from "@twobytwo/stacks/cloudformation/template";
import { partitionOf } from "./aws.ts";

/** Where a deployment would be. */
export interface Target {
  stage: string;
  account: string;
  region: string;
}

/** A resource that a deployment makes under a name that is given beforehand. */
export interface Named {
  /** CloudFormation's, for example `AWS::Lambda::Function`. */
  type: string;
  name: string;
  /** By which Cloud Control knows it: the primary identifier of its type. */
  identifier: string;
}

type Identify = (name: string, target: Target) => string;
const byName: Identify = (name) => name;
const byArn =
  (service: string, kind: string): Identify =>
  (name, { account, region }) =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${kind}${name}`;

/** The property with its name, and the primary identifier, of each type of which there can be only one of a name. */
const namedTypes: Readonly<Record<string, readonly [property: string, identify: Identify]>> = {
  "AWS::CloudWatch::Alarm": ["AlarmName", byName],
  "AWS::CloudWatch::Dashboard": ["DashboardName", byName],
  "AWS::Events::Rule": ["Name", byArn("events", "rule/")],
  "AWS::IAM::Role": ["RoleName", byName],
  "AWS::Lambda::Function": ["FunctionName", byName],
  "AWS::Logs::LogGroup": ["LogGroupName", byName],
  "AWS::SSM::Parameter": ["Name", byName],
  "AWS::Scheduler::Schedule": ["Name", byName],
  "AWS::StepFunctions::StateMachine": ["StateMachineName", byArn("states", "stateMachine:")],
};

const { Resources } = renderTemplate({ definition: {} });

/** Only where the web app has a domain of its own. */
const isOfDomain = ({ Condition }: Resource) => Condition === "HasWebDomain";

/** How many resources of each type a deployment makes. */
export function madeByType(hasDomain: boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const resource of Object.values(Resources))
    if (hasDomain || !isOfDomain(resource)) counts.set(resource.Type, (counts.get(resource.Type) ?? 0) + 1);
  return counts;
}

/** All whose names are given beforehand; SST gives the same ones. */
export function namedResources(target: Target): Named[] {
  return Object.values(Resources).flatMap(({ Type: type, Properties }): Named[] => {
    const [property = "", identify = byName] = namedTypes[type] ?? [];
    const name = nameIn(Properties[property], target);
    return name === undefined ? [] : [{ type, name, identifier: identify(name, target) }];
  });
}

/** Names of tables and buckets that hold data, as either way to deploy makes them up: a part of the name, and letters. */
export function isDataOf({ stage }: Pick<Target, "stage">, name: string): boolean {
  const kept = Object.entries(Resources).flatMap(([logical, { DeletionPolicy, Type }]) =>
    DeletionPolicy?.startsWith("Retain") && /::(Table|Bucket)$/.test(Type) ? [logical] : [],
  );
  return new RegExp(`^twobytwo-${stage}-(${kept.join("|")})`, "i").test(name);
}

/** Undefined for a name that only AWS can tell. */
function nameIn(value: Value | undefined, { stage, account, region }: Target): string | undefined {
  const written = typeof value === "object" && "Fn::Sub" in value ? value["Fn::Sub"] : value;
  if (typeof written !== "string") return undefined;
  const known: Record<string, string> = { Stage: stage, "AWS::Region": region, "AWS::AccountId": account };
  const name = written.replaceAll(/\$\{([^}]+)\}/g, (whole, of: string) => known[of] ?? whole);
  return /\$\{/.test(name) ? undefined : name;
}
