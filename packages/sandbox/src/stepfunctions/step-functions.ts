import type { Clock } from "@twobytwo/core/clock";
import { AwsError } from "../aws-error.ts";
import { type ExecutionDescription, openExecutions, type StartedExecution } from "./executions.ts";
import { type HistoryEvent, type NewEvent, whole } from "./history.ts";
import { isTooLarge } from "./lambda-task.ts";
import type { Machine } from "./machine.ts";

export interface StepFunctionsOptions {
  /**
   * Where executions are kept; in memory alone by default. One process at a time may use it, and what was running
   * when the last one ended goes on at once.
   */
  directory?: string;
  machines: Machine[];
  clock: Clock;
  /** Names executions that were started without a name. */
  randomUuid: () => string;
}

export interface StartInput {
  machineArn: string;
  name?: string;
  /** Any JSON value; `{}` by default. */
  input?: unknown;
}

export type StepFunctions = ReturnType<typeof createStepFunctions>;

const keptMs = 90 * 24 * 3600 * 1000;
/** Blanks, brackets, wildcards, `"#%\^|~`$&,;:/` and control characters. */
const notInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** The service, without HTTP. Its methods throw AwsError where AWS would refuse. */
export function createStepFunctions(options: StepFunctionsOptions) {
  const { clock, randomUuid } = options;
  const machines = new Map(options.machines.map((machine) => [machine.arn, machine]));
  const executions = openExecutions(options.directory);
  const running = new Map<string, { stop: AbortController; ended: Promise<void> }>();
  let closed = false;

  const record =
    (executionArn: string) =>
    (...events: NewEvent[]): HistoryEvent[] =>
      executions.append(executionArn, events, clock());

  function run(machine: Machine, started: StartedExecution): void {
    const { executionArn } = started;
    const stop = new AbortController();
    const resumeAt = executions.position(executionArn);
    const ended = machine
      .run({
        arn: executionArn,
        name: started.name,
        input: JSON.parse(started.input),
        startedAt: started.startDate,
        ...(resumeAt ? { resumeAt } : {}),
        record: record(executionArn),
        signal: stop.signal,
      })
      .catch((error: unknown) => executions.giveUp(executionArn, String(error), clock()))
      .finally(() => running.delete(executionArn));
    running.set(executionArn, { stop, ended });
  }

  function describe(executionArn: string): ExecutionDescription {
    const found = executions.find(executionArn);
    if (!found) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
    return found;
  }

  function machineAt(machineArn: string): Machine {
    const found = machines.get(machineArn);
    if (!found) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${machineArn}'`);
    return found;
  }

  for (const execution of executions.all()) {
    if (isForgotten(execution, clock())) executions.forget(execution.executionArn);
    if (execution.status !== "RUNNING") continue;
    const machine = machines.get(execution.stateMachineArn);
    if (machine) run(machine, execution);
    else executions.giveUp(execution.executionArn, "Its state machine is not in this sandbox any more.", clock());
  }

  return {
    machines: options.machines,
    /** The same name and input again, while the first still runs, is the same execution. */
    start({ machineArn, name = randomUuid(), input = {} }: StartInput): Started {
      if (closed) throw new Error("Step Functions is closed: nothing can be started.");
      const machine = machineAt(machineArn);
      const text = JSON.stringify(input);
      if (name.length < 1 || name.length > 80 || notInNames.test(name))
        throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
      if (isTooLarge(text))
        throw new AwsError("ValidationException", "The input of an execution has at most 262144 bytes.");
      const executionArn = `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
      const existing = executions.find(executionArn);
      if (existing && isForgotten(existing, clock())) executions.forget(executionArn);
      else if (existing) {
        if (existing.status === "RUNNING" && existing.input === text) return pick(existing);
        throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${executionArn}'`);
      }
      const started = { executionArn, stateMachineArn: machineArn, name, input: text, startDate: clock() };
      const details = { input: text, inputDetails: whole, roleArn: machine.roleArn };
      executions.add(started, [{ type: "ExecutionStarted", executionStartedEventDetails: details }]);
      run(machine, started);
      return pick(started);
    },
    describe,
    history(executionArn: string): HistoryEvent[] {
      describe(executionArn);
      return executions.events(executionArn);
    },
    /** For tests. A Lambda that is running goes on, as on AWS; what it answers is dropped. */
    stop(executionArn: string): void {
      if (describe(executionArn).status !== "RUNNING") return;
      running.get(executionArn)?.stop.abort();
      record(executionArn)({ type: "ExecutionAborted", executionAbortedEventDetails: {} });
    },
    /** Newest first. */
    list(machineArn: string): ExecutionDescription[] {
      machineAt(machineArn);
      const found = executions.all().filter((execution) => execution.stateMachineArn === machineArn);
      return found.reverse().sort((a, b) => b.startDate - a.startDate);
    },
    /**
     * Resolves when the execution has ended, however it ended.
     * @throws Error when the service is closed before that.
     */
    async wait(executionArn: string): Promise<ExecutionDescription> {
      describe(executionArn);
      await running.get(executionArn)?.ended;
      const description = describe(executionArn);
      if (description.status === "RUNNING")
        throw new Error(`${executionArn} was interrupted: it goes on when its directory is opened again.`);
      return description;
    },
    /** Stops executions where they are; the next process that opens the same directory goes on with them. */
    async close(): Promise<void> {
      closed = true;
      const all = [...running.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

type Started = Pick<StartedExecution, "executionArn" | "startDate">;
const pick = ({ executionArn, startDate }: Started): Started => ({ executionArn, startDate });

/** AWS keeps an execution for 90 days after its end, and its name with it. */
function isForgotten({ stopDate }: ExecutionDescription, now: number): boolean {
  return stopDate !== undefined && now - stopDate > keptMs;
}
