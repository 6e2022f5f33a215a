import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import type { SpecDatabase } from "@aws-cdk/service-spec-types";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import { creationOrder, type Reference, referencesOf } from "../engine/references.ts";
import { checkParameterValue } from "./parameters.ts";
import { checkProperties, schemaOf } from "./schema.ts";

const pseudoParameters = [
  "AccountId",
  "NoValue",
  "NotificationARNs",
  "Partition",
  "Region",
  "StackId",
  "StackName",
  "URLSuffix",
];
/** docs.aws.amazon.com/AWSCloudFormation, "Understand CloudFormation quotas". */
const limits = { Parameters: 200, Resources: 500, Outputs: 200 } as const;
/** Bytes of a template that needs no bucket on its way to CloudFormation, and of one in a bucket. */
export const mostBytes = { inline: 51_200, inBucket: 1_048_576 } as const;

/** Half a second to read, and the same for every template. */
let spec: Promise<SpecDatabase> | undefined;

/** All that is wrong with a template by AWS's published resource schemas and by CloudFormation's own rules. */
export async function lint(template: Template): Promise<string[]> {
  spec ??= loadAwsServiceSpec();
  const known = await spec;
  const problems: string[] = [];
  for (const [name, resource] of Object.entries(template.Resources)) {
    problems.push(...checkProperties(known, name, resource));
    problems.push(...checkReferences(name, referencesOf(resource.Properties)));
    for (const needed of [resource.DependsOn ?? []].flat())
      if (template.Resources[needed] === undefined) problems.push(`${name}: DependsOn ${needed}, which is no resource`);
    if (resource.Condition !== undefined)
      problems.push(...checkReferences(name, [{ kind: "condition", name: resource.Condition }]));
  }
  for (const [name, output] of Object.entries(template.Outputs)) {
    problems.push(...checkReferences(`Outputs.${name}`, referencesOf(output.Value)));
    if (output.Condition !== undefined)
      problems.push(...checkReferences(`Outputs.${name}`, [{ kind: "condition", name: output.Condition }]));
  }
  for (const [name, condition] of Object.entries(template.Conditions))
    problems.push(...checkReferences(`Conditions.${name}`, referencesOf(condition)));
  return [
    ...problems,
    ...checkNames(template),
    ...checkUse(template),
    ...checkCycles(template),
    ...checkParameters(template),
  ];

  function checkReferences(at: string, references: readonly Reference[]): string[] {
    return references.flatMap((reference) => {
      if (reference.kind === "condition")
        return Object.hasOwn(template.Conditions, reference.name)
          ? []
          : [`${at}: there is no condition ${reference.name}`];
      if (reference.kind === "name")
        return isNamed(template, reference.name) ? [] : [`${at}: nothing is called ${reference.name}`];
      const resource = template.Resources[reference.name];
      if (resource === undefined) return [`${at}: there is no resource ${reference.name}`];
      const attributes = Object.keys(schemaOf(known, resource.Type)?.attributes ?? {});
      return attributes.includes(reference.attribute)
        ? []
        : [`${at}: ${resource.Type} has no attribute ${reference.attribute}; it has ${attributes.join(", ")}`];
    });
  }
}

const isNamed = ({ Parameters, Resources }: Template, name: string) =>
  Object.hasOwn(Parameters, name) ||
  Object.hasOwn(Resources, name) ||
  (name.startsWith("AWS::") && pseudoParameters.includes(name.slice("AWS::".length)));

function checkNames(template: Template): string[] {
  const sections = ["Parameters", "Conditions", "Resources", "Outputs"] as const;
  const wrong = sections.flatMap((section) =>
    Object.keys(template[section])
      .filter((name) => !/^[A-Za-z0-9]{1,255}$/.test(name))
      .map((name) => `${section}.${name}: takes letters and digits alone`),
  );
  const tooMany = Object.entries(limits)
    .filter(([section, most]) => Object.keys(template[section as keyof typeof limits]).length > most)
    .map(([section, most]) => `${section}: more than ${most}`);
  return [...wrong, ...tooMany];
}

/** A parameter or condition that nothing uses is a promise that is not kept. */
function checkUse(template: Template): string[] {
  const used = [
    ...referencesOf(template.Resources),
    ...referencesOf(template.Outputs),
    ...referencesOf(template.Conditions),
  ];
  const conditions = [...Object.values(template.Resources), ...Object.values(template.Outputs)].map(
    ({ Condition }) => Condition,
  );
  const names = new Set([...used.map(({ name }) => name), ...conditions]);
  return [...Object.keys(template.Parameters), ...Object.keys(template.Conditions)]
    .filter((name) => !names.has(name))
    .map((name) => `${name}: nothing uses it`);
}

function checkCycles({ Resources }: Template): string[] {
  try {
    creationOrder(Resources);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function checkParameters({ Parameters, Metadata }: Template): string[] {
  const groups = (Metadata["AWS::CloudFormation::Interface"] ?? {}) as {
    ParameterGroups?: { Parameters: string[] }[];
    ParameterLabels?: Record<string, unknown>;
  };
  const grouped = (groups.ParameterGroups ?? []).flatMap((group) => group.Parameters);
  const named = [...grouped, ...Object.keys(groups.ParameterLabels ?? {})];
  return [
    ...named
      .filter((name) => !Object.hasOwn(Parameters, name))
      .map((name) => `Interface: there is no parameter ${name}`),
    ...Object.keys(Parameters)
      .filter((name) => !grouped.includes(name))
      .map((name) => `${name}: is in no group`),
    ...Object.entries(Parameters).flatMap(([name, parameter]) =>
      parameter.Default === undefined ? [] : checkParameterValue(name, parameter, String(parameter.Default)),
    ),
  ];
}
