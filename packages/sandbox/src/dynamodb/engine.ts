import type { Clock } from "@twobytwo/core/clock";
import type { Json, Store } from "./dynalite.ts";

export interface Engine {
  store: Store;
  gate: Gate;
  clock: Clock;
}

/** Takes the request's body, gives the answer's; throws a service error otherwise. */
export type Operation = (engine: Engine, body: Json) => Promise<Json>;

/** Lets ordinary calls run beside each other, and a transaction alone. */
export interface Gate {
  shared<T>(work: () => Promise<T>): Promise<T>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** First come, first served: calls that arrive while a transaction waits come after it, so it never starves. */
export function createGate(): Gate {
  let lastExclusive: Promise<unknown> = Promise.resolve();
  let sharing = new Set<Promise<unknown>>();
  return {
    shared(work) {
      const result = lastExclusive.then(work);
      const end = ended(result);
      const group = sharing.add(end);
      void end.then(() => group.delete(end));
      return result;
    },
    exclusive(work) {
      const result = Promise.all([lastExclusive, ...sharing]).then(work);
      sharing = new Set();
      lastExclusive = ended(result);
      return result;
    },
  };
}

/** Failures belong to whoever asked for the work, not to those who wait for its end. */
function ended(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
}
