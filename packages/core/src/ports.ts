import type { Order } from "./queue/places.ts";
import { fromAwsError } from "./aws-errors.ts";
import type { Clock } from "./clock.ts";
import type { Bucket } from "./pictures/postable.ts";
import type { RankAtEnd } from "./queue/rank.ts";
import type { Schedule } from "./schedule/schedule.ts";
import type { Table } from "./squares/table.ts";

/** All that adding squares needs from outside. */
export interface AddPorts {
  table: Table;
  bucket: Bucket;
  schedule: Schedule;
  clock: Clock;
  rankAtEnd: RankAtEnd;
  /** Where a new square goes whose adder does not say; the end of the queue unless given. */
  order?: Order;
  /** Makes the id of a new square, a ULID. */
  newId: () => string;
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
export async function persistently<T>(
  { random, sleep }: Pick<AddPorts, "random" | "sleep">,
  doing: string,
  call: () => Promise<T>,
): Promise<T> {
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
