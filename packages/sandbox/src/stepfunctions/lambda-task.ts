import { setTimeout as after } from "node:timers/promises";
import type { InvokeResult } from "../lambda/result.ts";
import type { InvocationType } from "../lambda/runtime.ts";
import type { Task } from "./definition.ts";
import { Interrupted, StateError } from "./errors.ts";
import { lambdaTask, type RecordEvents, whole } from "./history.ts";
import type { Json } from "./json-path.ts";

/** Runs a function by its name or ARN; what it throws is an error of the Lambda service itself. */
export type Invoke = (functionNameOrArn: string, payload: unknown, type?: InvocationType) => Promise<InvokeResult>;

export interface Attempt {
  name: string;
  state: Task;
  parameters: Json;
  invoke: Invoke;
  record: RecordEvents;
  region: string;
  signal: AbortSignal;
}

/** Largest input or output of a state, in bytes of JSON. */
const largestState = 262_144;

export function isTooLarge(json: string): boolean {
  return Buffer.byteLength(json) > largestState;
}

/**
 * One attempt at a Task state, with the events that AWS records of it. A function that takes too long is not stopped, and what
 * comes of it is dropped.
 *
 * @throws StateError as the state machine knows it, Interrupted when the signal came first
 */
export async function attemptTask({
  name,
  state,
  parameters,
  record,
  region,
  signal,
  ...rest
}: Attempt): Promise<Json> {
  const request = JSON.stringify(parameters);
  if (isTooLarge(request)) throw dataLimitExceeded(name, "was called with a payload");
  const {
    FunctionName: functionName,
    Payload: payload = {},
    InvocationType: type,
  } = parameters as { FunctionName: Json; Payload?: Json; InvocationType?: InvocationType };
  const { TimeoutSeconds: seconds } = state;
  const scheduled = { ...lambdaTask, region, parameters: request, timeoutInSeconds: seconds };
  record(
    { type: "TaskScheduled", taskScheduledEventDetails: scheduled },
    { type: "TaskStarted", taskStartedEventDetails: lambdaTask },
  );
  const outcome = await within(seconds, signal, settled(rest.invoke(String(functionName), payload, type), type));
  if (outcome === "timed out") {
    const failure = { error: "States.Timeout" };
    record({ type: "TaskTimedOut", taskTimedOutEventDetails: { ...lambdaTask, ...failure } });
    throw new StateError(failure.error, `The task '${name}' took longer than ${seconds} s.`);
  }
  const output = JSON.stringify("answer" in outcome ? outcome.answer : null);
  const error = "error" in outcome ? outcome.error : undefined;
  const failure = error ?? (isTooLarge(output) ? dataLimitExceeded(name, "returned a result") : undefined);
  if (failure) {
    const details = { ...lambdaTask, error: failure.name, cause: failure.message };
    record({ type: "TaskFailed", taskFailedEventDetails: details });
    throw failure;
  }
  record({ type: "TaskSucceeded", taskSucceededEventDetails: { ...lambdaTask, output, outputDetails: whole } });
  return JSON.parse(output) as Json;
}

type Outcome = { answer: Json } | { error: StateError };

async function settled(invocation: Promise<InvokeResult>, type: InvocationType | undefined): Promise<Outcome> {
  try {
    const result = await invocation;
    if ("error" in result) return { error: new StateError(result.error.errorType, JSON.stringify(result.error)) };
    const StatusCode = type === "Event" ? 202 : 200;
    return {
      answer: {
        ...(type !== "Event" && { ExecutedVersion: "$LATEST", Payload: result.payload as Json }),
        SdkHttpMetadata: { HttpStatusCode: StatusCode },
        SdkResponseMetadata: { RequestId: result.requestId },
        StatusCode,
      },
    };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: new StateError(`Lambda.${name}`, message) };
  }
}

async function within(seconds: number, signal: AbortSignal, outcome: Promise<Outcome>): Promise<Outcome | "timed out"> {
  const ended = new AbortController();
  const timer = after(seconds * 1000, "timed out" as const, { signal: AbortSignal.any([signal, ended.signal]) });
  const first = await Promise.race([outcome, timer.catch(() => undefined)]);
  ended.abort();
  if (first === undefined || signal.aborted) throw new Interrupted();
  return first;
}

/** Only a rule that names it can match it: `States.ALL` does not. */
export function dataLimitExceeded(name: string, what: string): StateError {
  const message = `The state/task '${name}' ${what} with a size exceeding the maximum number of bytes service limit.`;
  return new StateError("States.DataLimitExceeded", message);
}
