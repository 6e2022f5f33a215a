import { randomUUID } from "node:crypto";
import type { InvokeResult } from "../../src/lambda/result.ts";
import type { ExecutionDescription } from "../../src/stepfunctions/executions.ts";
import type { HistoryEvent } from "../../src/stepfunctions/history.ts";
import type { Invoke } from "../../src/stepfunctions/lambda-task.ts";
import { createMachine, type Machine } from "../../src/stepfunctions/machine.ts";
import { createStepFunctions } from "../../src/stepfunctions/step-functions.ts";

export const machineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:post-square";
export const lambdaArn = "arn:aws:lambda:us-east-1:000000000000:function:probe";

type Fields = Record<string, unknown>;

/** A Lambda task with what every test needs; `fields` adds or replaces. */
export function task(fields: Fields = {}): Fields {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: lambdaArn, "Payload.$": "$" },
    TimeoutSeconds: 30,
    ...("Next" in fields ? {} : { End: true }),
    ...fields,
  };
}

/** A Pass state, which ends the execution unless it names another. */
export function pass(fields: Fields): Fields {
  return { Type: "Pass", ...("Next" in fields ? {} : { End: true }), ...fields };
}

/** States in their order: the first one is where the machine starts. */
export function definitionOf(states: Record<string, Fields>, fields: Fields = {}): Fields {
  return { StartAt: Object.keys(states)[0], States: states, ...fields };
}

export type Behaviour = (payload: never, call: number) => unknown;

/** The port to Lambda: what `behaviour` throws is the error of the function. */
export function invokeOf(behaviour: Behaviour): Invoke {
  let calls = 0;
  return async (_name, payload): Promise<InvokeResult> => {
    calls += 1;
    const requestId = `request-${calls}`;
    try {
      const answer = await behaviour(payload as never, calls);
      return { requestId, durationMs: 1, payload: answer ?? null };
    } catch (error) {
      const { name, message } = error as Error;
      return { requestId, durationMs: 1, error: { errorType: name, errorMessage: message, trace: ["line"] } };
    }
  };
}

export function named(name: string, message = "no reason"): Error {
  return Object.assign(new Error(message), { name });
}

export interface Ran extends ExecutionDescription {
  history: HistoryEvent[];
  /** The output as a value; undefined when it did not succeed. */
  result: unknown;
}

export function machineOf(definition: Fields, behaviour: Behaviour = (payload) => payload): Machine {
  return createMachine({ definition, arn: machineArn, invoke: invokeOf(behaviour), clock: Date.now, waitScale: 0 });
}

/** Runs a machine once, to its end. */
export async function runMachine(machine: Machine, input: unknown = {}): Promise<Ran> {
  const stepFunctions = createStepFunctions({ machines: [machine], clock: Date.now, randomUuid: randomUUID });
  const { executionArn } = stepFunctions.start({ machineArn, name: "run", input });
  const description = await stepFunctions.wait(executionArn);
  const history = stepFunctions.history(executionArn);
  const result = description.output === undefined ? undefined : JSON.parse(description.output);
  return { ...description, history, result };
}

/** Runs states once; a Lambda answers with what it got, unless `behaviour` says otherwise. */
export function runStates(states: Record<string, Fields>, input: unknown = {}, behaviour?: Behaviour): Promise<Ran> {
  return runMachine(machineOf(definitionOf(states), behaviour), input);
}

export function typesOf(history: readonly HistoryEvent[]): string[] {
  return history.map((event) => event.type);
}
