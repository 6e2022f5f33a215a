/**
 * An error as a state reports it; `Retry` and `Catch` match its `name`. The engine asks the two flags:
 * `States.Runtime` and its like cannot be retried or caught at all.
 */
export class StateError extends Error {
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, message: string, may: { retry: boolean; catch: boolean } = { retry: true, catch: true }) {
    super(message);
    this.name = name;
    this.isRetryable = may.retry;
    this.isCatchable = may.catch;
  }
}

const never = { retry: false, catch: false };

/** Nothing in the state machine can retry or catch it. */
export function runtimeError(message: string): StateError {
  return new StateError("States.Runtime", message, never);
}

/** The run is over; what the engine makes of the state that was running must come to nothing. */
export function interrupted(): StateError {
  return new StateError("Sandbox.Interrupted", "The execution ended while this state was running.", never);
}
