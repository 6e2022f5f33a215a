import {
  type HistoryEvent as ApiEvent,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import * as v from "valibot";
import { TaskError } from "../errors.ts";
import { describeRun, type HistoryEvent, type StepLine } from "./history.ts";

/** The state machine that posts. */
export interface StateMachine {
  client: SFNClient;
  arn: string;
}

/** One run of the workflow, for the list. */
export interface RunLine {
  name: string;
  arn: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. */
  status: string;
  /** ISO times. */
  startedAt: string;
  endedAt?: string;
  /** Input and output as the state machine has them. */
  input: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
}

export interface Run extends RunLine {
  steps: StepLine[];
}

/** What ListExecutions gives at most in one page of its own. */
const mostOfPage = 1000;
const atOnce = 10;

export interface RunsPage {
  runs: RunLine[];
  /** Where the next page begins; absent after the last. */
  next?: string;
}

/** One page of runs, newest first. @throws Rejected where `after` is not the `next` of a page. */
export async function pageOfRuns(
  machine: StateMachine,
  { limit, after }: { limit: number; after?: string },
): Promise<RunsPage> {
  const { executions = [], nextToken } = await machine.client
    .send(
      new ListExecutionsCommand({
        stateMachineArn: machine.arn,
        maxResults: Math.min(limit, mostOfPage),
        ...(after !== undefined && { nextToken: after }),
      }),
    )
    .catch((error: Error) => {
      if (error.name !== "InvalidToken") throw error;
      throw new TaskError("rejected", "The list of runs has changed: start again from its first page.", {
        cause: error,
      });
    });
  const arns = executions.flatMap(({ executionArn }) => executionArn ?? []);
  const runs: RunLine[] = [];
  // A few at a time: DescribeExecution has a rate limit.
  for (let at = 0; at < arns.length; at += atOnce)
    runs.push(...(await Promise.all(arns.slice(at, at + atOnce).map((arn) => readLine(machine, arn)))));
  return { runs, ...(nextToken !== undefined && { next: nextToken }) };
}

/** Newest first. */
export async function listRuns(machine: StateMachine, limit: number): Promise<RunLine[]> {
  const runs: RunLine[] = [];
  let after: string | undefined;
  do {
    const page = await pageOfRuns(machine, { limit: limit - runs.length, ...(after !== undefined && { after }) });
    runs.push(...page.runs);
    after = page.next;
  } while (after !== undefined && runs.length < limit);
  return runs;
}

/**
 * @param wanted `last`, the name of a run, its ARN, or the beginning of the name of a recent one.
 * @throws Rejected where there is no such run.
 */
export async function readRun(machine: StateMachine, wanted: string): Promise<Run> {
  const arn = await resolveRun(machine, wanted);
  try {
    const [line, steps] = await Promise.all([readLine(machine, arn), readSteps(machine, arn)]);
    return { ...line, steps };
  } catch (error) {
    if (!["ExecutionDoesNotExist", "InvalidArn"].includes((error as Error).name)) throw error;
    throw new TaskError("rejected", `There is no run ${wanted}: \`2x2 runs\` lists them.`, { cause: error });
  }
}

const recent = 100;

async function resolveRun(machine: StateMachine, wanted: string): Promise<string> {
  if (wanted.startsWith("arn:")) return wanted;
  const { executions = [] } = await machine.client.send(
    new ListExecutionsCommand({ stateMachineArn: machine.arn, maxResults: recent }),
  );
  if (wanted === "last") {
    const [last] = executions;
    if (last?.executionArn !== undefined) return last.executionArn;
    throw new TaskError("rejected", "Nothing has run yet: `2x2 post next` starts a run.");
  }
  const begun = executions.filter(({ name = "" }) => name.startsWith(wanted));
  const [one, other] = begun;
  if (one?.executionArn !== undefined && (other === undefined || one.name === wanted)) return one.executionArn;
  if (other !== undefined)
    throw new TaskError("rejected", `More than one run begins with ${wanted}: ${one?.name}, ${other.name}, …`);
  return `${machine.arn.replace(":stateMachine:", ":execution:")}:${wanted}`;
}

async function readLine({ client }: StateMachine, executionArn: string): Promise<RunLine> {
  return lineOf(await client.send(new DescribeExecutionCommand({ executionArn })));
}

const json = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

function lineOf(found: DescribeExecutionCommandOutput): RunLine {
  const { executionArn = "", name = "", status = "", startDate, stopDate, input, output, error, cause } = found;
  return {
    name,
    arn: executionArn,
    status,
    startedAt: startDate?.toISOString() ?? "",
    ...(stopDate && { endedAt: stopDate.toISOString() }),
    input: json(input) ?? {},
    ...(output !== undefined && { output: json(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

async function readSteps({ client }: StateMachine, executionArn: string): Promise<StepLine[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn }))
    events.push(...(page.events ?? []).map(eventOf));
  return describeRun(events);
}

/** The wire has the time in seconds and the SDK makes a Date of it; everything else bears the same names. */
function eventOf({ timestamp, ...event }: ApiEvent): HistoryEvent {
  return { ...event, timestamp: timestamp?.getTime() ?? 0 } as HistoryEvent;
}

/** Starts a run; the name makes a start that is sent again the same run. */
export async function startRun({ client, arn }: StateMachine, run: { name: string; input: unknown }): Promise<string> {
  const { executionArn = "" } = await client.send(
    new StartExecutionCommand({ stateMachineArn: arn, name: run.name, input: JSON.stringify(run.input) }),
  );
  return executionArn;
}

/** Looks again and again until the run has ended; each step is told once, when it is over. */
export async function followRun(
  machine: StateMachine,
  executionArn: string,
  options: { pause: () => Promise<unknown>; onStep: (step: StepLine, all: readonly StepLine[]) => void },
): Promise<Run> {
  let told = 0;
  for (;;) {
    // In this order: a run that has ended has all its steps.
    const line = await readLine(machine, executionArn);
    const steps = await readSteps(machine, executionArn);
    for (; told < steps.length; told += 1) {
      const step = steps[told];
      if (step === undefined || (step.outcome === "running" && line.status === "RUNNING")) break;
      options.onStep(step, steps);
    }
    if (line.status !== "RUNNING") return { ...line, steps };
    await options.pause();
  }
}

const RunOutcome = v.object({
  outcome: v.string(),
  squareId: v.nullish(v.string()),
  tweetId: v.nullish(v.string()),
  remaining: v.optional(v.number()),
  schedule: v.optional(v.string()),
});
export type RunOutcome = v.InferOutput<typeof RunOutcome>;

/** What a run that succeeded says of itself. */
export function outcomeOf({ status, output }: RunLine): RunOutcome | undefined {
  const parsed = v.safeParse(RunOutcome, output);
  return status === "SUCCEEDED" && parsed.success ? parsed.output : undefined;
}
