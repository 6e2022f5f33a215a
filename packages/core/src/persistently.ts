import { fromAwsError } from "./aws-errors.ts";

/** How whoever tries again waits in between. */
export interface Patience {
  /** From 0 up to but not 1, as `Math.random` gives it. */
  random: () => number;
  /** Resolves after so many milliseconds. */
  sleep: (ms: number) => Promise<unknown>;
}

const mostAttempts = 8;

const firstPauseMs = 50;

const longestPauseMs = 2000;

/**
 * Makes a call that may be made twice, and makes it again while its failure is one that passes: two programs
 * that count the stock at once, throttling, a connection that was cut. The pauses grow and are random, so that
 * two that met do not meet again.
 *
 * @throws Retryable after eight attempts, and at once what trying again cannot help.
 */
export async function persistently<T>({ random, sleep }: Patience, doing: string, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const failure = fromAwsError(error, doing);
      if (failure.name !== "Retryable" || attempt === mostAttempts) throw failure;
      await sleep(random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt));
    }
  }
}
