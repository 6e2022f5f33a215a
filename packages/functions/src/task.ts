import { fromAwsError } from "@twobytwo/core/aws-errors";
import { TaskError } from "@twobytwo/core/errors";
import * as v from "valibot";

/** What a step says of itself in the log; whole states and errors may hold what does not belong there. */
interface LogLine {
  step: string;
  outcome: string;
  ms: number;
  execution?: unknown;
  squareId?: unknown;
  message?: string;
}

/** What of Lambda's context is used. */
interface TimeLimit {
  getRemainingTimeInMillis(): number;
}

/** The state machine starts a function before its turn: whatever else the event says, nothing is done. */
const isWarmUp = (event: unknown) => typeof event === "object" && event !== null && Object.hasOwn(event, "warmUp");

/**
 * One step of the workflow as a Lambda handler: parses the event, runs the step, logs one line, and throws
 * errors whose `name` the state machine knows. A warm-up ends before any of that.
 *
 * @param run is told how many milliseconds Lambda leaves it at any moment.
 * @param opened is what a warm-up waits for, since Lambda lets a function stand still once it has answered; nothing unless
 * given. It is told whether the process was started by this very invocation.
 */
export function task<Schema extends v.GenericSchema, Result>(
  step: string,
  schema: Schema,
  run: (input: v.InferOutput<Schema>, leftMs: () => number) => Promise<Result>,
  opened: (isNew: boolean) => Promise<unknown> = async () => {},
): (event: unknown, context?: TimeLimit) => Promise<Result | undefined> {
  let invocations = 0;
  return async (event, context) => {
    // To touch `performance` loads a module of Node's, at each cold start.
    const started = process.uptime();
    invocations += 1;
    const log = (outcome: string, message?: string) => {
      const line: LogLine = { step, outcome, ms: Math.round((process.uptime() - started) * 1000), ...named(event) };
      // As an object: Lambda's JSON log format would escape a text, and its fields could not be queried.
      console.log(message === undefined ? line : { ...line, message });
    };
    if (isWarmUp(event)) {
      await Promise.allSettled([opened(invocations === 1)]);
      log("warm");
      return undefined;
    }
    try {
      const parsed = v.safeParse(schema, event);
      if (!parsed.success)
        throw new TaskError("rejected", `The input of ${step} is wrong: ${mistakes(parsed.issues)}.`);
      const result = await run(parsed.output, () => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY);
      log("done");
      return result;
    } catch (error) {
      const failure = fromAwsError(error, step);
      log(failure.name, failure.message);
      throw failure;
    }
  };
}

function mistakes(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue as never) ?? "event"}: ${issue.message}`).join("; ");
}

function named(event: unknown): Pick<LogLine, "execution" | "squareId"> {
  const { execution, squareId, square } = (event ?? {}) as {
    execution?: unknown;
    squareId?: unknown;
    square?: { id?: unknown };
  };
  return { execution, squareId: squareId ?? square?.id };
}
