import type { StateType } from "./definition.ts";
import type { Json } from "./json-path.ts";

export type EventType =
  | "ExecutionStarted"
  | "ExecutionSucceeded"
  | "ExecutionFailed"
  | "ExecutionTimedOut"
  | "ExecutionAborted"
  | "TaskScheduled"
  | "TaskStarted"
  | "TaskSucceeded"
  | "TaskFailed"
  | "TaskTimedOut"
  | `${StateType}StateEntered`
  | `${Exclude<StateType, "Fail">}StateExited`;

/** The sandbox never cuts data short; AWS says so of its own in the same place. */
interface Whole {
  truncated: false;
}

export interface Failure {
  error?: string;
  cause?: string;
}

interface TaskOf {
  resourceType: "lambda";
  resource: "invoke";
}

/** The details of each kind of event, under the names that GetExecutionHistory gives them. */
export interface Details {
  executionStartedEventDetails?: { input: string; inputDetails: Whole; roleArn: string };
  executionSucceededEventDetails?: { output: string; outputDetails: Whole };
  executionFailedEventDetails?: Failure;
  executionTimedOutEventDetails?: Failure;
  executionAbortedEventDetails?: Failure;
  stateEnteredEventDetails?: { name: string; input: string; inputDetails: Whole };
  stateExitedEventDetails?: { name: string; output: string; outputDetails: Whole };
  taskScheduledEventDetails?: TaskOf & { region: string; parameters: string; timeoutInSeconds?: number };
  taskStartedEventDetails?: TaskOf;
  taskSucceededEventDetails?: TaskOf & { output: string; outputDetails: Whole };
  taskFailedEventDetails?: TaskOf & Failure;
  taskTimedOutEventDetails?: TaskOf & Failure;
}

export interface NewEvent extends Details {
  type: EventType;
}

/** One event of an execution, as GetExecutionHistory gives it but for the time. */
export interface HistoryEvent extends NewEvent {
  /** From 1 up, without gaps. */
  id: number;
  previousEventId: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
}

export interface Position {
  state: string;
  input: Json;
  enteredAt: number;
  eventId: number;
}

/** Writes down events that belong together: all of them are kept or none. */
export type RecordEvents = (...events: NewEvent[]) => HistoryEvent[];

/** AWS ends an execution that reaches it. */
export const mostEvents = 25_000;

export const whole: Whole = { truncated: false };
export const lambdaTask: TaskOf = { resourceType: "lambda", resource: "invoke" };

export function numbered(events: NewEvent[], alreadyThere: number, timestamp: number): HistoryEvent[] {
  return events.map((event, index) => {
    const id = alreadyThere + index + 1;
    // As on AWS, the first state points to nothing, not to the start of the execution.
    return { id, previousEventId: id <= 2 ? 0 : id - 1, timestamp, ...event };
  });
}

export function stateEntered(type: StateType, name: string, input: string): NewEvent {
  return { type: `${type}StateEntered`, stateEnteredEventDetails: { name, input, inputDetails: whole } };
}

export function stateExited(type: Exclude<StateType, "Fail">, name: string, output: string): NewEvent {
  return { type: `${type}StateExited`, stateExitedEventDetails: { name, output, outputDetails: whole } };
}
