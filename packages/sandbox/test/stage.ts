import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { addSquare } from "@twobytwo/core/adding/add-square";
import type { Ports } from "@twobytwo/core/ports";
import { describeRun, type StepLine } from "@twobytwo/core/runs/history";
import { writePause } from "@twobytwo/core/schedule/pause";
import type { Square } from "@twobytwo/core/squares/square";
import { readStock, type Stock } from "@twobytwo/core/squares/stock";
import { readSquare } from "@twobytwo/core/squares/table";
import { readCredentials, type XCredentials } from "@twobytwo/core/x/credentials";
import { names } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, type SandboxOptions, startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";

const samples = path.join(root, "samples");
/** Pictures of the samples, different ones. */
export const files = ["dandelion-evening.jpg", "autumn-ridge.jpg", "fig-in-red-bowl.png", "two-spaniels.jpg"] as const;
export const picture = (file: string) => readFile(path.join(samples, file));

export interface Run {
  executionArn: string;
  status: string;
  output: unknown;
  error?: string;
  cause?: string;
  lines: StepLine[];
  /** Names of the states, in order. */
  states: string[];
}

export interface Stage {
  sandbox: Sandbox;
  /** Where the sandbox keeps its state. */
  directory: string;
  ports: Ports;
  /** Lines that functions wrote. */
  logs: string[];
  /** With `unlike`, a few bytes behind the picture's end make it a picture of its own. */
  add(file?: string, words?: { title?: string; caption?: string; altText?: string; unlike?: string }): Promise<Square>;
  run(input?: object): Promise<Run>;
  /** The run of an execution that somebody else started. */
  runOf(executionArn: string): Promise<Run>;
  square(id: string): Promise<Square>;
  stock(): Promise<Partial<Stock>>;
  scheduleState(): Promise<string | undefined>;
  pauseByPerson(): Promise<void>;
  /** The four keys of the sandbox's own account. */
  credentials(): Promise<XCredentials>;
  close(): Promise<void>;
}

/** A sandbox of its own in a temporary folder, where waits take no time; everything else is as `npm start` has it. */
export async function openStage(options: Partial<SandboxOptions> = {}): Promise<Stage> {
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), "twobytwo-stage-")));
  const logs: string[] = [];
  const lambdaNode = process.env["TWOBYTWO_LAMBDA_NODE"];
  const sandbox = await startSandbox({
    bundles: distFunctions,
    waitScale: 0,
    onLog: ({ text }) => logs.push(text),
    ...(lambdaNode && { lambdaNode }),
    ...options,
    directory,
  });
  const ports = portsOf(sandbox.clients);
  const runOf = async (executionArn: string): Promise<Run> => {
    const { status, output, error, cause } = await sandbox.stepFunctions.wait(executionArn);
    const lines = describeRun(sandbox.stepFunctions.history(executionArn));
    return {
      executionArn,
      status,
      output: output === undefined ? undefined : JSON.parse(output),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      lines,
      states: lines.map(({ state }) => state),
    };
  };
  return {
    sandbox,
    directory,
    ports,
    logs,
    async add(file = files[0], { unlike = "", ...words } = {}) {
      const bytes = Buffer.concat([await picture(file), Buffer.from(unlike)]);
      const added = await addSquare(ports, { name: file, bytes, title: file, allowSimilar: true, ...words });
      if (!added.added) throw new Error(`${file}: ${added.message}`);
      return added.square;
    },
    run: async (input = {}) => runOf((await sandbox.run(input)).executionArn),
    runOf,
    async square(id) {
      const square = await readSquare(ports.table, id);
      if (square === undefined) throw new Error(`square ${id} is lost`);
      return square;
    },
    async stock() {
      return Object.fromEntries(Object.entries(await readStock(ports.table)).filter(([, count]) => count !== 0));
    },
    async scheduleState() {
      const { State } = await sandbox.clients.scheduler.send(new GetScheduleCommand({ Name: names.schedule }));
      return State;
    },
    async pauseByPerson() {
      await writePause(ports.table, { pausedBy: "person" });
    },
    credentials: () => readCredentials(sandbox.clients.ssm, names.credentials),
    async close() {
      await sandbox.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
