import type { Bucket } from "./bucket.ts";
import type { Clock } from "./clock.ts";
import type { Order } from "./queue/places.ts";
import type { RankAtEnd } from "./queue/rank.ts";
import type { Schedule } from "./schedule/schedule.ts";
import type { Table } from "./squares/table.ts";

/** All that adding squares needs from outside. */
export interface Ports {
  table: Table;
  bucket: Bucket;
  schedule: Schedule;
  clock: Clock;
  rankAtEnd: RankAtEnd;
  /** Where a new square goes whose adder does not say; the end of the queue unless given. */
  order?: Order;
  /** Makes the id of a new square: a ULID, and later than those that it made before. */
  newId: () => string;
  /** From 0 up to but not 1, as `Math.random` gives it. */
  random: () => number;
  /** Resolves after so many milliseconds. */
  sleep: (ms: number) => Promise<unknown>;
}
