import { randomUUID } from "node:crypto";
import type { Clock } from "@twobytwo/core/clock";
import { AwsError } from "../aws-error.ts";
import { type Container, functionName, type LambdaFunction, startContainer } from "./container.ts";
import { type InvokeResult, largestRequest, tooLarge } from "./result.ts";

export type { LambdaFunction } from "./container.ts";
export type { InvokeResult } from "./result.ts";

/** An `Event` is answered at once; what comes of it is only logged, and is not tried again as Lambda would. */
export type InvocationType = "RequestResponse" | "Event";

export interface Invocation {
  functionName: string;
  memoryMb: number;
  durationMs: number;
}

export interface LambdaRuntimeOptions {
  functions: LambdaFunction[];
  /** For measurements: containers stand still between two invocations, as on AWS. */
  freezes?: boolean;
  /** One line that a function wrote to its standard output or error. */
  onLog?: (line: { functionName: string; text: string }) => void;
  /** What Lambda would bill: the start of a container counts too. */
  onInvoked?: (invocation: Invocation) => void;
  /** The Node binary that runs the functions; by default the one that runs the sandbox. */
  nodePath?: string;
  /** For tests: milliseconds by which the functions' clock is ahead of this machine's, asked at each call. */
  timeShift?: () => number;
  clock?: Clock;
  randomUuid?: () => string;
}

export type LambdaRuntime = ReturnType<typeof createLambdaRuntime>;

/**
 * Runs built bundles as Lambda does: each in a process of its own with its own environment, reused while warm,
 * never two invocations at a time in one container.
 */
export function createLambdaRuntime(options: LambdaRuntimeOptions) {
  const { clock = Date.now, randomUuid = randomUUID } = options;
  const functions = new Map(options.functions.map((lambda) => [lambda.name, lambda]));
  const containers = new Map<Container, string>();
  const idle = new Map<string, Container[]>();
  let closed = false;

  function start(lambda: LambdaFunction): Container {
    const container: Container = startContainer(lambda, {
      nodePath: options.nodePath ?? process.execPath,
      ...(options.timeShift && { timeShift: options.timeShift }),
      ...(options.freezes && { freezes: true }),
      onLog: (text) => options.onLog?.({ functionName: lambda.name, text }),
      onCrash: () => void containers.delete(container),
    });
    containers.set(container, lambda.name);
    return container;
  }

  function take(lambda: LambdaFunction): Container {
    const warm = idle.get(lambda.name) ?? [];
    for (let container = warm.pop(); container; container = warm.pop()) if (container.alive) return container;
    return start(lambda);
  }

  async function giveBack(lambda: LambdaFunction, container: Container): Promise<void> {
    const warm = (idle.get(lambda.name) ?? []).filter((other) => other.alive);
    idle.set(lambda.name, warm);
    if (container.alive && warm.length < (lambda.maxIdle ?? 2) && !closed) {
      warm.push(container);
      return;
    }
    containers.delete(container);
    await container.kill();
  }

  async function run(lambda: LambdaFunction, requestId: string, event: string): Promise<InvokeResult> {
    const began = clock();
    const container = take(lambda);
    const answer = await container.invoke(requestId, event);
    const durationMs = clock() - began;
    options.onInvoked?.({ functionName: lambda.name, memoryMb: lambda.memoryMb, durationMs });
    await giveBack(lambda, container);
    if ("error" in answer) return { requestId, durationMs, error: answer.error };
    const error = tooLarge(Buffer.byteLength(answer.payload));
    return error ? { requestId, durationMs, error } : { requestId, durationMs, payload: JSON.parse(answer.payload) };
  }

  /** Kills the containers of one function, or of all, also in the middle of a call: that call ends in `Runtime.ExitError`. */
  async function kill(name?: string): Promise<void> {
    const doomed = [...containers].filter(([, owner]) => name === undefined || owner === functionName(name));
    for (const [container] of doomed) containers.delete(container);
    await Promise.all(doomed.map(([container]) => container.kill()));
  }

  return {
    /**
     * A container that starts or works takes no second invocation: that one starts a container of its own. Lambda may be
     * kinder, and give it the first container that becomes free.
     *
     * @param name Name or ARN of the function.
     * @throws AwsError when no function ran: unknown name, an event over 6 MB, a runtime that is closed.
     */
    async invoke(name: string, payload: unknown, type: InvocationType = "RequestResponse"): Promise<InvokeResult> {
      const lambda = functions.get(functionName(name));
      if (!lambda)
        throw new AwsError(
          "ResourceNotFoundException",
          `Function not found: ${name}. The sandbox runs: ${[...functions.keys()].join(", ") || "none"}.`,
          404,
        );
      if (closed) throw new AwsError("ServiceException", `The Lambda runtime is closed: ${name} cannot run.`, 500);
      const event = JSON.stringify(payload ?? null);
      const bytes = Buffer.byteLength(event);
      if (bytes > largestRequest)
        throw new AwsError(
          "RequestTooLargeException",
          `Request must be smaller than ${largestRequest} bytes for the InvokeFunction operation: the event of ${lambda.name} has ${bytes}.`,
          413,
        );
      const requestId = randomUuid();
      const running = run(lambda, requestId, event);
      return type === "Event" ? { requestId, durationMs: 0, payload: null } : running;
    },
    kill,
    async close(): Promise<void> {
      closed = true;
      await kill();
    },
  };
}
