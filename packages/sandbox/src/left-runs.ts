import { setTimeout as sleep } from "node:timers/promises";
import type { StepFunctions } from "./stepfunctions/step-functions.ts";

/** How long to wait at most for runs that an earlier process left behind; one may be in a Wait state of an hour. */
const runsPatienceMs = 20_000;

export interface LetRunsEnd {
  machineArn: string;
  /** Aborted by who does not want to wait any longer. */
  signal: AbortSignal;
  patienceMs?: number;
  /** Told before the waiting begins, and only where there is something to wait for. */
  tell(line: string): void;
}

/**
 * Waits for the runs that are under way: one that was interrupted goes on when the sandbox starts, and ending that at
 * once would let it never get anywhere.
 *
 * @returns the ARNs of those that have ended
 */
export async function letRunsEnd(stepFunctions: StepFunctions, options: LetRunsEnd): Promise<string[]> {
  const { machineArn, signal, patienceMs = runsPatienceMs, tell } = options;
  const running = stepFunctions.list(machineArn).filter(({ status }) => status === "RUNNING");
  if (running.length === 0 || signal.aborted) return [];
  tell(`Waiting for ${running.map(({ name }) => `run ${name}`).join(", ")} …`);
  const ended = Promise.allSettled(running.map(({ executionArn }) => stepFunctions.wait(executionArn)));
  const enough = new AbortController();
  const patience = sleep(patienceMs, undefined, { signal: AbortSignal.any([signal, enough.signal]) });
  await Promise.race([ended, patience.catch(() => undefined)]);
  enough.abort();
  return running
    .map(({ executionArn }) => executionArn)
    .filter((executionArn) => stepFunctions.describe(executionArn).status !== "RUNNING");
}
