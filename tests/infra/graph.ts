import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "@twobytwo/scripts/root";
import type { Mutation } from "./bundle-program.ts";
import type { Program } from "./evaluate-program.ts";
import { installerEnded, isInstalled } from "./platform.ts";

export type { Mutation };

export interface Resource {
  /** As Pulumi names it, for example `aws:lambda/function:Function`. */
  type: string;
  /** In the program, for example `TweetFunction`. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the inputs of a resource are whatever its provider takes.
  inputs: Record<string, any>;
  arn: string;
  parent?: string;
  ignoreChanges?: string[];
  retainOnDelete?: boolean;
}

/** What `sst deploy` would ask of AWS for one stage. */
export interface Graph {
  app: { name: string; stage: string; removal: string; protect: boolean };
  /** Empty, or the program did not come to its end and the rest is short. */
  errors: string[];
  /** Names of what `sst deploy` prints. */
  outputs?: string[];
  resources: Resource[];
  /** The zips of the functions, by the name of the component: their bytes and the SHA-256 of their files. */
  archives: Record<string, { bytes: number; files: Record<string, string> }>;
}

const evaluator = fileURLToPath(new URL("evaluate.ts", import.meta.url));

/**
 * Evaluates stages one after the other in a process of its own, which sees nothing of what lies about on this machine.
 *
 * @param options.code whether the code is zipped as well, which the archives tell of
 * @param options.environment variables for the program, beside those that nothing runs without
 * @returns a graph for each of the programs, in their order
 * @throws Error where SST's platform is missing, or the evaluation died.
 */
export async function evaluate(
  programs: readonly (Pick<Program, "stage"> & Partial<Program>)[],
  { code = false, environment = {} }: { code?: boolean; environment?: Readonly<Record<string, string>> } = {},
): Promise<Graph[]> {
  await installerEnded();
  if (!isInstalled()) throw new Error("SST's platform is not installed: run `npm run check:infra`, which installs it.");
  const list: Program[] = programs.map(({ mutations = [], settings = {}, ...program }) => ({
    ...program,
    mutations,
    settings,
  }));
  const args = [evaluator, ...(code ? [] : ["--without-code"]), JSON.stringify(list)];
  const env = { PATH: process.env["PATH"], HOME: path.join(tmpdir(), "nowhere"), TMPDIR: tmpdir(), ...environment };
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", ...args],
      { cwd: root, env, maxBuffer: 64 << 20 },
      (_, out, err) => resolve({ stdout: out, stderr: err }),
    );
  });
  if (stdout === "") throw new Error(`The evaluation of ${list.map(({ stage }) => stage)} died: ${stderr}`);
  return JSON.parse(stdout) as Graph[];
}

export const all = (graph: Graph, type: string): Resource[] =>
  graph.resources.filter((resource) => resource.type === type);

/** @throws Error where there is none of that name. */
export function only(graph: Graph, type: string, name: string): Resource {
  const found = graph.resources.find((resource) => resource.type === type && resource.name === name);
  if (found === undefined) throw new Error(`${graph.app.stage} has no ${type} ${name}`);
  return found;
}

export interface Statement {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: unknown;
}

/** What a role grants, all of it. */
export function statements(role: Resource): Statement[] {
  const policies = (role.inputs["inlinePolicies"] ?? []) as { policy: string }[];
  return policies.flatMap(({ policy }) =>
    (JSON.parse(policy) as { Statement: Record<string, unknown>[] }).Statement.map((statement) => ({
      ...(statement as unknown as Statement),
      Action: [statement["Action"]].flat() as string[],
      Resource: [statement["Resource"]].flat() as string[],
    })),
  );
}
