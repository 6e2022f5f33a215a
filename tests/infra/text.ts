import { type Graph, type Resource, statements } from "./graph.ts";
import { account, region } from "./mocks.ts";

/**
 * The graph as lines that a person can read and a diff can compare: one paragraph a resource in the order of types and
 * names, one line a value, texts of JSON opened up. SST's random endings are a star, secrets and hashes are left out.
 */
export function textOf(graph: Graph): string {
  const { name, stage, removal, protect } = graph.app;
  const deployed = graph.resources.filter(({ type }) => /^(aws|random):/.test(type));
  const paragraphs = deployed
    .map((resource) => [`${resource.type} ${resource.name}`, ...linesOf(resource)])
    .map(([head = "", ...lines]) => [head, ...lines.sort().map((line) => `  ${line}`)].join("\n"))
    .sort();
  const head = `${name}, stage ${stage}: ${deployed.length} resources, removal ${removal}${protect ? ", protected" : ""}`;
  return `${settled([head, ...paragraphs].join("\n\n"))}\n`;
}

/** What differs from one evaluation to the next, and says nothing. */
const settled = (text: string) =>
  text
    .replaceAll(`:${region}:${account}:`, ":")
    .replaceAll(`arn:aws:iam::${account}:`, "arn:aws:iam:")
    .replaceAll(/(twobytwo-\w+-(?:[A-Z][A-Za-z]+|picturesbucket))-[a-z]{8}\b/g, "$1-*")
    .replaceAll(/-code-[0-9a-f]{64}\.zip/g, "-code-*.zip")
    .replaceAll(/secret-X[A-Za-z]+/g, "(secret)");

function linesOf(resource: Resource): string[] {
  const { inputs, retainOnDelete, ignoreChanges } = resource;
  const { definition, inlinePolicies, dashboardBody, ...rest } = inputs;
  return [
    ...flat(rest, ""),
    ...(typeof dashboardBody === "string" ? chartsOf(JSON.parse(dashboardBody)) : []),
    ...(inlinePolicies === undefined ? [] : grantsOf(resource)),
    ...(typeof definition === "string" ? statesOf(JSON.parse(definition)) : []),
    ...(retainOnDelete ? ["(kept when it is removed)"] : []),
    ...(ignoreChanges ? [`(changes ignored: ${ignoreChanges.join(", ")})`] : []),
  ];
}

/** One line for each action on each resource, so that a grant that comes or goes is one line of a diff. */
const grantsOf = (role: Resource) =>
  statements(role).flatMap(({ Effect, Action, Resource, Condition }) => {
    const when = Condition === undefined ? "" : `, ${flat(Condition, "").join(", ")}`;
    return Action.flatMap((action) =>
      Resource.map((of) => `${Effect === "Allow" ? "may" : "may not"} ${action} on ${of}${when}`),
    );
  });

const join = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);

function flat(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object")) return [`${path}: ${value.join(", ")}`];
    return value.flatMap((item, at) => flat(item, `${path}[${at}]`));
  }
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => flat(inner, join(path, name)));
  const opened = typeof value === "string" ? asJson(value) : undefined;
  return opened === undefined ? [`${path}: ${value}`] : flat(opened, path);
}

function asJson(text: string): object | undefined {
  if (!/^[{[]/.test(text)) return undefined;
  return JSON.parse(text) as object;
}

interface Widget {
  properties: { title: string; stat?: string; metrics?: unknown[][]; alarms?: string[] };
}

/** What is shown, not where. */
const chartsOf = ({ widgets }: { widgets: Widget[] }): string[] =>
  widgets.flatMap(({ properties: { title, stat, metrics = [], alarms = [] } }) => [
    ...alarms.map((alarm) => `shows ${title}: ${alarm}`),
    ...metrics.map((metric) => `shows ${title}: ${stat} of ${metric.map(spelled).join(" ")}`),
  ]);

const spelled = (part: unknown) => (typeof part === "string" ? part : JSON.stringify(part));

interface State {
  Type: string;
  Next?: string;
  TimeoutSeconds?: number;
  Parameters?: { FunctionName?: string; InvocationType?: string; Payload?: object };
  Retry?: { ErrorEquals: string[]; IntervalSeconds?: number; MaxAttempts?: number; BackoffRate?: number }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
}

/** Of the definition, what a change of it is looked at for: it stands whole in stacks/workflow.asl.json. */
function statesOf(definition: { States: Record<string, State> }): string[] {
  return Object.entries(definition.States).flatMap(([name, state]) => {
    if (state.Type !== "Task") return [`state ${name}: ${state.Type}`];
    const { FunctionName, InvocationType, Payload } = state.Parameters ?? {};
    const called = FunctionName?.split(":").pop();
    const how = InvocationType === undefined ? "" : `, ${InvocationType} ${JSON.stringify(Payload)}`;
    return [
      `state ${name}: Task ${called}${how}, ${state.TimeoutSeconds} s`,
      ...(state.Retry ?? []).map(
        ({ ErrorEquals, IntervalSeconds, MaxAttempts, BackoffRate }) =>
          `state ${name} retries ${ErrorEquals.join(", ")}: ${MaxAttempts} times from ${IntervalSeconds} s, × ${BackoffRate}`,
      ),
      ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => `state ${name} on ${ErrorEquals.join(", ")}: ${Next}`),
    ];
  });
}
