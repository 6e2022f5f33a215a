import type { Json, State } from "./definition.ts";
import { contextKey } from "./engine-states.ts";
import type { NewEvent } from "./history.ts";

/** What a state reports as failed, whether the engine, a Lambda or the adapter made it. */
interface Reported extends Error {
  isCatchable: boolean;
}

/** False for what is a defect of the sandbox, or of the disk below it. */
export function isReported(error: unknown): error is Reported {
  return error instanceof Error && "isCatchable" in error;
}

/** The end of an execution whose state failed and was not caught. */
export function executionFailed(error: Reported, at: Position, state: State | undefined): NewEvent {
  return { type: "ExecutionFailed", executionFailedEventDetails: details(error, at, state) };
}

function details(error: Reported, at: Position, state: State | undefined): { error?: string; cause?: string } {
  // A Fail state without words says nothing on AWS; the engine makes some up.
  if (state?.Type === "Fail" && !error.name.startsWith("States."))
    return {
      ...("Error" in state || "ErrorPath" in state ? { error: error.name } : {}),
      ...("Cause" in state || "CausePath" in state ? { cause: error.message } : {}),
    };
  if (error.name === "States.Timeout") return { error: error.name };
  if (!error.name.startsWith("States.") || error.name === "States.DataLimitExceeded")
    return { error: error.name, cause: error.message };
  const message = error.message.replaceAll(`$$.${contextKey}`, () => "$$");
  return {
    error: error.name,
    cause: `An error occurred while executing the state '${at.state}' (entered at the event id #${at.eventId}). ${message}`,
  };
}

/** A state that was entered and not left. */
export interface Position {
  state: string;
  input: Json;
  enteredAt: number;
  eventId: number;
}
