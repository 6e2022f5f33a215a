import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { account, region } from "../names.ts";
import { exited, exitReason, type FunctionError, timedOut } from "./result.ts";

export type Answer = { payload: string } | { error: FunctionError };

/** One process that runs one function, one invocation at a time, and is used again while it lives. */
export type Container = ReturnType<typeof startContainer>;

export interface LambdaFunction {
  name: string;
  /** Path of the built `index.mjs`, which exports `handler`. */
  bundle: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  /** Containers that are kept warm, where it is another number than 2. */
  maxIdle?: number;
}

export interface ContainerOptions {
  nodePath: string;
  /** For tests: milliseconds by which the function's clock is ahead of this machine's, asked at each call. */
  timeShift?: () => number;
  /** Whether it stands still between two invocations, as on AWS. Where this process is killed, it would stay for ever. */
  freezes?: boolean;
  onLog(text: string): void;
  /** The process is gone without having been asked to go. */
  onCrash(): void;
}

type FromGuest =
  | { type: "ready" }
  | { type: "done"; requestId: string; payload: string }
  | { type: "failed"; requestId: string; error: FunctionError }
  | { type: "crashed"; requestId?: string; error: FunctionError };

interface Invocation {
  requestId: string;
  event: string;
  settle(answer: Answer): void;
}

const bootstrap = fileURLToPath(new URL("bootstrap.mjs", import.meta.url));
/** As on AWS: what a module does while it is loaded has its own ten seconds. */
const initMs = 10_000;

/**
 * Starts a process, not a worker thread: 20 ms more at a cold start of 230 ms (measured), and for it the function
 * has an environment and a time zone of its own down to /proc/self, can be killed at any instruction, and may run on
 * another Node.
 */
export function startContainer(lambda: LambdaFunction, options: ContainerOptions) {
  const child = fork(bootstrap, [], {
    cwd: dirname(lambda.bundle),
    env: environmentOf(lambda),
    execPath: options.nodePath,
    execArgv: [`--max-old-space-size=${Math.max(32, Math.floor(lambda.memoryMb * 0.9))}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const timeoutMs = lambda.timeoutSeconds * 1000;
  let ready = false;
  let alive = true;
  let asked = false;
  let current: Invocation | undefined;
  let failure: FunctionError | undefined;
  let timer: NodeJS.Timeout | undefined;

  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", options.onLog);

  const settle = (answer: Answer): void => {
    clearTimeout(timer);
    const settled = current;
    current = undefined;
    hold(child, false);
    if (options.freezes && alive) child.kill("SIGSTOP");
    settled?.settle(answer);
  };
  const stop = (): void => {
    alive = false;
    child.kill("SIGKILL");
  };
  const timeOutIn = (ms: number, requestId: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      asked = true;
      stop();
      settle({ error: timedOut(requestId, lambda.timeoutSeconds) });
    }, ms);
  };
  const deliver = ({ requestId, event }: Invocation): void => {
    timeOutIn(timeoutMs, requestId);
    if (options.freezes) child.kill("SIGCONT");
    const context = contextOf(lambda, requestId);
    child.send({ type: "invoke", requestId, event, timeoutMs, context, shiftMs: options.timeShift?.() });
  };

  child.on("message", (message: FromGuest) => {
    if (message.type === "ready") {
      ready = true;
      if (current) deliver(current);
    } else if (message.type === "crashed") {
      alive = false;
      failure = message.error;
    } else if (message.requestId === current?.requestId) {
      settle(message.type === "done" ? { payload: message.payload } : { error: message.error });
    }
  });
  const gone = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      alive = false;
      if (!asked) options.onCrash();
      settle({ error: failure ?? exited(current?.requestId ?? "", reason) });
      resolve();
    };
    child.on("exit", (code, signal) => end(asked ? "exited with error: signal: killed" : exitReason(code, signal)));
    child.on("error", (error) => {
      // Only a process that never started has no exit to wait for.
      if (child.pid === undefined) end(`failed to start: ${error.message}`);
    });
  });
  child.send({ type: "init", bundle: lambda.bundle, shifts: options.timeShift !== undefined }, () => {
    // What keeps it from arriving also ends the process, and "exit" or "error" tell of that.
  });

  return {
    /** @param event JSON text. */
    invoke: (requestId: string, event: string) =>
      new Promise<Answer>((settleInvocation) => {
        current = { requestId, event, settle: settleInvocation };
        hold(child, true);
        if (ready) deliver(current);
        else timeOutIn(initMs + timeoutMs, requestId);
      }),
    /** False once it crashed, timed out or was killed: it must not be used again. */
    get alive(): boolean {
      return alive;
    },
    /** Ends the process wherever it is; resolves when it is gone. */
    kill(): Promise<void> {
      asked = true;
      stop();
      return gone;
    },
  };
}

/** An idle container must not keep a program from ending that has nothing else to do. */
function hold(child: ChildProcess, busy: boolean): void {
  const streams = [child.stdout, child.stderr] as (null | { ref?(): void; unref?(): void })[];
  for (const handle of [child, child.channel, ...streams]) busy ? handle?.ref?.() : handle?.unref?.();
}

/** All that a function finds in `process.env`: what it was given, and what Lambda sets by itself. */
function environmentOf(lambda: LambdaFunction): Record<string, string> {
  return {
    ...lambda.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    LAMBDA_TASK_ROOT: dirname(lambda.bundle),
    _HANDLER: "index.handler",
    TZ: ":UTC",
  };
}

/** The context object but for what only the container can know, the time that is left. */
function contextOf(lambda: LambdaFunction, requestId: string): Record<string, string> {
  return {
    functionName: lambda.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${lambda.name}`,
    memoryLimitInMB: String(lambda.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: "sandbox",
  };
}

/** @param nameOrArn With or without a qualifier, for example `tweet`, `tweet:$LATEST` or a whole ARN. */
export function functionName(nameOrArn: string): string {
  const arn = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn);
  return arn?.[1] ?? nameOrArn.replace(/:.*$/, "");
}
