import type { Clock } from "@twobytwo/core/clock";
import * as v from "valibot";
import { AwsError, type AwsService, checkInput, invalid, type Json, jsonService } from "../aws-http.ts";
import { type SavedState, savedState } from "../saved-state.ts";
import { parameterFilter } from "./filters.ts";
import { described, latest, type Parameter, put, shown } from "./parameter.ts";

interface Ssm {
  parameters: Map<string, Parameter>;
  state: SavedState<Parameter[]>;
  clock: Clock;
  randomUuid: () => string;
}

type Operation = (ssm: Ssm, input: Json) => Json;

const missing = (name: string) => new AwsError("ParameterNotFound", `The parameter ${name} does not exist.`);
const save = ({ parameters, state }: Ssm) => state.save([...parameters.values()]);

const putParameter: Operation = (ssm, input) => {
  const parameter = put(input, {
    find: (name) => ssm.parameters.get(name),
    now: ssm.clock(),
    seed: ssm.randomUuid(),
  });
  const kept = parameter.versions.slice(-100);
  const [oldest = latest(parameter), ...later] = kept;
  ssm.parameters.set(parameter.Name, { ...parameter, versions: [oldest, ...later] });
  save(ssm);
  return { Version: latest(parameter).Version, Tier: parameter.Tier };
};

const GetInput = v.object({ Name: v.string(), WithDecryption: v.optional(v.boolean(), false) });

/** The name may be an ARN, and may end with `:` and a version. */
function find({ parameters }: Ssm, { Name, WithDecryption }: v.InferOutput<typeof GetInput>) {
  const [, path = "", selector] = /^(?:arn:[^/]+?:parameter(?=\/))?([^:]*)(?::(.*))?$/.exec(Name) ?? [];
  const parameter = parameters.get(path) ?? parameters.get(path.replace(/^\//, ""));
  if (!parameter) throw missing(Name);
  if (selector === undefined) return shown(parameter, { decrypted: WithDecryption });
  const version = parameter.versions.find(({ Version }) => String(Version) === selector);
  if (version) return { ...shown(parameter, { version, decrypted: WithDecryption }), Selector: `:${selector}` };
  throw new AwsError("ParameterVersionNotFound", `${path} has no version ${selector}; labels are not kept here.`);
}

const names = v.pipe(
  v.array(v.string()),
  v.minLength(1),
  v.maxLength(10, "takes at most 10 names"),
  v.check((list) => new Set(list).size === list.length, "names a parameter twice"),
);
const ManyInput = v.object({ Names: names, WithDecryption: v.optional(v.boolean(), false) });

const getParameters: Operation = (ssm, input) => {
  const { Names, WithDecryption } = checkInput(ManyInput, input);
  const Parameters: Json[] = [];
  const InvalidParameters: string[] = [];
  for (const Name of Names) {
    try {
      Parameters.push(find(ssm, { Name, WithDecryption }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      InvalidParameters.push(Name);
    }
  }
  return { Parameters, InvalidParameters };
};

/** The page after the parameter that the token names. */
function page(found: Parameter[], { size, token }: { size: number; token: string | undefined }) {
  const sorted = found.sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const rest = token === undefined ? sorted : sorted.filter(({ Name }) => Name > token);
  const items = rest.slice(0, size);
  return { items, ...(rest.length > size && { NextToken: items.at(-1)?.Name }) };
}

const pageSize = (max: number, usual: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max, `is at most ${max}`)), usual);

const PathInput = v.object({
  Path: v.pipe(v.string(), v.regex(/^\//, "has to begin with a slash")),
  Recursive: v.optional(v.boolean(), false),
  WithDecryption: v.optional(v.boolean(), false),
  ParameterFilters: v.optional(v.array(v.unknown()), []),
  MaxResults: pageSize(10, 10),
  NextToken: v.optional(v.string()),
});

const getParametersByPath: Operation = ({ parameters }, input) => {
  const { Path, Recursive, WithDecryption, ParameterFilters, MaxResults, NextToken } = checkInput(PathInput, input);
  const matches = parameterFilter(ParameterFilters);
  const folder = Path.endsWith("/") ? Path : `${Path}/`;
  const found = [...parameters.values()].filter(
    (parameter) =>
      parameter.Name.startsWith(folder) &&
      (Recursive || !parameter.Name.slice(folder.length).includes("/")) &&
      matches(parameter),
  );
  const { items, ...next } = page(found, { size: MaxResults, token: NextToken });
  return { Parameters: items.map((parameter) => shown(parameter, { decrypted: WithDecryption })), ...next };
};

const DescribeInput = v.object({
  ParameterFilters: v.optional(v.array(v.unknown()), []),
  MaxResults: pageSize(50, 50),
  NextToken: v.optional(v.string()),
});

const describeParameters: Operation = ({ parameters }, input) => {
  if (input["Filters"] !== undefined) throw invalid("Filters: the sandbox knows ParameterFilters alone; use those.");
  const { ParameterFilters, MaxResults, NextToken } = checkInput(DescribeInput, input);
  const found = [...parameters.values()].filter(parameterFilter(ParameterFilters));
  const { items, ...next } = page(found, { size: MaxResults, token: NextToken });
  return { Parameters: items.map(described), ...next };
};

const deleteParameter: Operation = (ssm, input) => {
  const { Name } = checkInput(GetInput, input);
  if (!ssm.parameters.delete(Name)) throw missing(Name);
  save(ssm);
  return {};
};

const deleteParameters: Operation = (ssm, input) => {
  const { Names } = checkInput(ManyInput, input);
  const DeletedParameters = Names.filter((name) => ssm.parameters.delete(name));
  save(ssm);
  return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
};

const operations: Record<string, Operation | undefined> = {
  PutParameter: putParameter,
  GetParameter: (ssm, input) => ({ Parameter: find(ssm, checkInput(GetInput, input)) }),
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  DescribeParameters: describeParameters,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
};

/**
 * SSM Parameter Store, to be mounted with `startAwsServer`. Labels, policies and tags are not kept. Values lie in the
 * clear in `directory`, in a file for its owner alone; over HTTP a SecureString is shown to those who ask for decryption.
 */
export function createSsm(options: {
  /** Where parameters survive a restart; in memory without it. */
  directory?: string;
  clock: Clock;
  randomUuid: () => string;
}): AwsService {
  const state = savedState<Parameter[]>(options.directory, "parameters.json");
  const parameters = new Map((state.load() ?? []).map((parameter) => [parameter.Name, parameter]));
  const ssm: Ssm = { parameters, state, clock: options.clock, randomUuid: options.randomUuid };
  return jsonService({
    name: "ssm",
    prefix: "AmazonSSM",
    version: "1.1",
    resourceOf(input) {
      const name = input["Name"] ?? input["Path"] ?? input["Names"];
      return name === undefined ? undefined : String(name);
    },
    handle(operation, input) {
      const perform = operations[operation];
      if (!perform) throw new AwsError("UnknownOperationException", `The sandbox's SSM has no ${operation}.`);
      return { status: 200, body: perform(ssm, input) };
    },
  });
}
