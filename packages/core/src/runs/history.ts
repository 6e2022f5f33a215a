/**
 * What counts of one event of an execution, under the names that GetExecutionHistory gives; the time in
 * milliseconds since the epoch.
 */
export interface HistoryEvent {
  id: number;
  /** `TaskStateEntered`, `TaskFailed`, … */
  type: string;
  timestamp: number;
  stateEnteredEventDetails?: { name: string; input: string };
  stateExitedEventDetails?: { output: string };
  executionFailedEventDetails?: FailureDetails;
  executionTimedOutEventDetails?: FailureDetails;
  executionAbortedEventDetails?: FailureDetails;
  taskFailedEventDetails?: FailureDetails;
  taskTimedOutEventDetails?: FailureDetails;
}

interface FailureDetails {
  error?: string;
  cause?: string;
}

/** One call of the Lambda of a Task state. */
export interface Attempt {
  milliseconds: number;
  /** `interrupted` when the sandbox ended in the middle of it. */
  outcome: "succeeded" | "failed" | "timed-out" | "interrupted" | "running";
  error?: string;
  cause?: string;
}

/** One stay of an execution in one state. */
export interface StepLine {
  state: string;
  /** `Task`, `Choice`, … */
  type: string;
  /** Milliseconds since the epoch. */
  enteredAt: number;
  milliseconds: number;
  outcome: "succeeded" | "caught" | "failed" | "stopped" | "running";
  input: unknown;
  output?: unknown;
  attempts: Attempt[];
  /** What ended the execution here, or what was caught. */
  error?: string;
  cause?: string;
  /** The state that a `Catch` led to. */
  caughtBy?: string;
}

/** What happened in an execution, state by state, out of its history. */
export function describeRun(history: readonly HistoryEvent[]): StepLine[] {
  const lines: StepLine[] = [];
  for (const event of history) {
    const last = lines.at(-1);
    const entered = event.stateEnteredEventDetails;
    if (entered) {
      if (last?.outcome === "caught") last.caughtBy = entered.name;
      lines.push({
        state: entered.name,
        type: event.type.replace("StateEntered", ""),
        enteredAt: event.timestamp,
        milliseconds: 0,
        outcome: "running",
        input: JSON.parse(entered.input),
        attempts: [],
      });
    } else if (last) follow(last, event, history);
  }
  return lines;
}

function follow(line: StepLine, event: HistoryEvent, history: readonly HistoryEvent[]): void {
  const failed = event.executionFailedEventDetails ?? event.executionTimedOutEventDetails;
  if (line.outcome === "running") line.milliseconds = event.timestamp - line.enteredAt;
  if (event.type === "TaskScheduled") begin(line);
  else if (event.stateExitedEventDetails) {
    const lost = line.attempts.at(-1);
    const wasCaught = lost?.outcome === "failed" || lost?.outcome === "timed-out";
    line.output = JSON.parse(event.stateExitedEventDetails.output);
    line.outcome = wasCaught ? "caught" : "succeeded";
    if (wasCaught) Object.assign(line, failureOf(lost));
  } else if (event.type.startsWith("Task")) attempt(line, event, history);
  else if (failed && line.outcome === "running") {
    line.outcome = "failed";
    Object.assign(line, failureOf(failed));
  } else if (event.executionAbortedEventDetails && line.outcome === "running") {
    line.outcome = "stopped";
    Object.assign(line, failureOf(event.executionAbortedEventDetails));
  }
}

/** A second beginning without an end of the first: an earlier process died in it. */
function begin(line: StepLine): void {
  const last = line.attempts.at(-1);
  if (last?.outcome === "running") last.outcome = "interrupted";
  line.attempts.push({ milliseconds: 0, outcome: "running" });
}

function attempt(line: StepLine, event: HistoryEvent, history: readonly HistoryEvent[]): void {
  const current = line.attempts.at(-1);
  if (!current || event.type === "TaskStarted") return;
  const scheduled = history.findLast((earlier) => earlier.id < event.id && earlier.type === "TaskScheduled");
  current.milliseconds = event.timestamp - (scheduled?.timestamp ?? event.timestamp);
  if (event.type === "TaskSucceeded") current.outcome = "succeeded";
  else {
    current.outcome = event.type === "TaskTimedOut" ? "timed-out" : "failed";
    Object.assign(current, failureOf(event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? {}));
  }
}

function failureOf({ error, cause }: FailureDetails): FailureDetails {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}
