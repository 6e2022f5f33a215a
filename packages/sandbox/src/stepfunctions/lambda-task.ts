import type { InvokeResult } from "../lambda/result.ts";
import type { Json, State } from "./definition.ts";
import { lambdaTask, type RecordEvents, whole } from "./history.ts";
import { interrupted, StateError } from "./state-error.ts";

/** Runs a function by its name or ARN; what it throws is an error of the Lambda service itself. */
export type Invoke = (functionNameOrArn: string, payload: unknown) => Promise<InvokeResult>;

export interface LambdaTask {
  /** What the engine calls for each attempt, with the `Parameters` filled in. */
  attempt(parameters: Json): Promise<Json>;
  /** The engine gave up waiting for the attempt: what comes of it is dropped, and it is not stopped. */
  timedOut(): void;
  /** Answer of the last attempt that succeeded, for `ResultSelector`. */
  readonly result: Json;
}

export interface LambdaTaskOptions {
  name: string;
  state: State;
  invoke: Invoke;
  record: RecordEvents;
  region: string;
  signal: AbortSignal;
  /** How many attempts failed, for `$$.State.RetryCount`. */
  onFailure(attempts: number): void;
}

/** Largest input or output of a state, in bytes of JSON. */
const largestState = 262_144;

export function isTooLarge(json: string): boolean {
  return Buffer.byteLength(json) > largestState;
}

/** One stay in a Task state: its attempts, each with the events that AWS records. */
export function createLambdaTask(options: LambdaTaskOptions): LambdaTask {
  const { name, state, record, signal } = options;
  let failures = 0;
  let running: symbol | undefined;
  let result: Json = null;

  function fail(type: "TaskFailed" | "TaskTimedOut", failure: { error: string; cause?: string }): void {
    running = undefined;
    failures += 1;
    options.onFailure(failures);
    const details = { ...lambdaTask, ...failure };
    record(
      type === "TaskFailed" ? { type, taskFailedEventDetails: details } : { type, taskTimedOutEventDetails: details },
    );
  }

  function timedOut(): void {
    if (running && !signal.aborted) fail("TaskTimedOut", { error: "States.Timeout" });
  }

  async function attempt(parameters: Json): Promise<Json> {
    // The engine goes on with retries after it was stopped.
    if (signal.aborted) throw interrupted();
    // With no delay the next attempt begins before the engine tells of the failure.
    timedOut();
    const request = JSON.stringify(parameters);
    if (isTooLarge(request)) throw dataLimitExceeded(name, state, "was called with a payload");
    const { FunctionName: functionName, Payload: payload } = parameters as { FunctionName: Json; Payload?: Json };
    const me = Symbol(name);
    running = me;
    record(
      {
        type: "TaskScheduled",
        taskScheduledEventDetails: {
          ...lambdaTask,
          region: options.region,
          parameters: request,
          ...(state.TimeoutSeconds === undefined ? {} : { timeoutInSeconds: state.TimeoutSeconds }),
        },
      },
      { type: "TaskStarted", taskStartedEventDetails: lambdaTask },
    );
    const outcome = await unlessAborted(settled(options.invoke(String(functionName), payload ?? {})), signal);
    if (signal.aborted || running !== me) throw interrupted();
    if ("error" in outcome) {
      fail("TaskFailed", outcome.error);
      throw new StateError(outcome.error.error, outcome.error.cause);
    }
    const output = JSON.stringify(outcome.answer);
    if (isTooLarge(output)) {
      const error = dataLimitExceeded(name, state, "returned a result");
      fail("TaskFailed", { error: error.name, cause: error.message });
      throw error;
    }
    running = undefined;
    result = outcome.answer;
    record({ type: "TaskSucceeded", taskSucceededEventDetails: { ...lambdaTask, output, outputDetails: whole } });
    return outcome.answer;
  }

  return {
    attempt,
    timedOut,
    get result() {
      return result;
    },
  };
}

type Outcome = { answer: Json } | { error: { error: string; cause: string } };

/** What lambda:invoke makes of an invocation. */
async function settled(invocation: Promise<InvokeResult>): Promise<Outcome> {
  try {
    const result = await invocation;
    if ("error" in result) return { error: { error: result.error.errorType, cause: JSON.stringify(result.error) } };
    return {
      answer: {
        ExecutedVersion: "$LATEST",
        Payload: result.payload as Json,
        SdkHttpMetadata: { HttpStatusCode: 200 },
        SdkResponseMetadata: { RequestId: result.requestId },
        StatusCode: 200,
      },
    };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { error: { error: `Lambda.${name}`, cause: message } };
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(interrupted());
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Only a rule that names it can match it: `States.ALL` does not. */
export function dataLimitExceeded(name: string, state: State, what: string): StateError {
  const error = "States.DataLimitExceeded";
  const named = (rules: { ErrorEquals: string[] }[] = []) => rules.some((rule) => rule.ErrorEquals.includes(error));
  return new StateError(
    error,
    `The state/task '${name}' ${what} with a size exceeding the maximum number of bytes service limit.`,
    {
      retry: named(state.Retry),
      catch: named(state.Catch),
    },
  );
}
