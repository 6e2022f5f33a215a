import type { Clock } from "@twobytwo/core/clock";
import type { Json, Store } from "./dynalite.ts";
import type { Gate } from "./gate.ts";

/** What every operation works on. */
export interface Engine {
  store: Store;
  gate: Gate;
  clock: Clock;
}

/** Takes the request's body, gives the answer's; throws a service error otherwise. */
export type Operation = (engine: Engine, body: Json) => Promise<Json>;
