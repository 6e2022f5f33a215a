/** An error as Lambda reports it to the caller of a function. */
export interface FunctionError {
  /** The `name` of what was thrown, or one of Lambda's own, for example `Runtime.ExitError`. */
  errorType: string;
  errorMessage: string;
  /** Lines of the stack; empty where the sandbox, not the function, says what happened. */
  trace: string[];
}

interface Invoked {
  requestId: string;
  /** From the event's hand-over to the answer; the start of a container counts too. */
  durationMs: number;
}

/** What came of one invocation: a payload, or the error of the function. */
export type InvokeResult = Invoked & ({ payload: unknown } | { error: FunctionError });

/** Largest event and largest answer of a synchronous invocation, in bytes of JSON. */
export const largestRequest = 6_291_456;
const largestResponse = 6_291_556;

export function timedOut(requestId: string, timeoutSeconds: number): FunctionError {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
    trace: [],
  };
}

/** How a process ended, in Lambda's words. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `exited with error: signal: ${signal === "SIGKILL" ? "killed" : signal}`;
  return code === 0 ? "exited without providing a reason" : `exited with error: exit status ${code}`;
}

export function exited(requestId: string, reason: string): FunctionError {
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime ${reason}`,
    trace: [],
  };
}

/** Undefined where the answer is small enough. */
export function tooLarge(responseBytes: number): FunctionError | undefined {
  if (responseBytes <= largestResponse) return undefined;
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size (${responseBytes} bytes) exceeded maximum allowed payload size (${largestResponse} bytes).`,
    trace: [],
  };
}
