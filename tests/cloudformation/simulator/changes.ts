import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import { evaluate, type Physical } from "../engine/evaluate.ts";
import type { Fields } from "../engine/references.ts";
import { type Stack, scopeOf, type Wanted, wantedResources } from "../engine/stack.ts";
import { schemaOf } from "../lint/schema.ts";

export interface Change {
  action: "Add" | "Modify" | "Remove";
  logicalId: string;
  physicalId?: string;
  type: string;
  replacement?: "True" | "False" | "Conditional";
  /** Names of the properties that differ. */
  properties: string[];
}

/** Stands for what is known when the resource is there. */
const unknown: Physical = {
  id: "(known after apply)",
  attributes: new Proxy({}, { get: () => "(known after apply)" }),
};

/** What a change set shows: what would be added, changed and removed. */
export async function changesOf(stack: Stack, wanted: Wanted): Promise<Change[]> {
  const spec = await loadAwsServiceSpec();
  const names = wantedResources(scopeOf(stack, wanted), wanted.template);
  const scope = scopeOf(stack, wanted);
  const resources = new Map([...names.map((name) => [name, unknown] as const), ...scope.resources]);
  const changes = names.flatMap((logicalId): Change[] => {
    const resource = wanted.template.Resources[logicalId];
    if (resource === undefined) return [];
    const { Type: type } = resource;
    const before = stack.resources.get(logicalId);
    if (before === undefined) return [{ action: "Add", logicalId, type, properties: [] }];
    const after = evaluate(resource.Properties, { ...scope, resources }) as Fields;
    const properties = [...new Set([...Object.keys(before.properties), ...Object.keys(after)])].filter(
      (name) => JSON.stringify(before.properties[name]) !== JSON.stringify(after[name]),
    );
    if (properties.length === 0) return [];
    const known = schemaOf(spec, type)?.properties ?? {};
    const effects = properties.map((name) => known[name]?.causesReplacement);
    const replacement = effects.includes("yes") ? "True" : effects.includes("maybe") ? "Conditional" : "False";
    return [{ action: "Modify", logicalId, physicalId: before.physical.id, type, replacement, properties }];
  });
  const gone = [...stack.resources].filter(([name]) => !names.includes(name));
  return [
    ...changes,
    ...gone.map(
      ([logicalId, { physical, resource }]): Change => ({
        action: "Remove",
        logicalId,
        physicalId: physical.id,
        type: resource.Type,
        properties: [],
      }),
    ),
  ];
}
