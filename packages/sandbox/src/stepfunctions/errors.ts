/** An error as a state reports it; `Retry` and `Catch` match its `name`. */
export class StateError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Nothing in the state machine can retry or catch it. */
export const runtimeError = (message: string) => new StateError("States.Runtime", message);

/** The run is over: what the state that was running makes of it must come to nothing. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
