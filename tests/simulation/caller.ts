import type { Owner } from "./loop.ts";

/** Whoever makes calls: a function's container, or a person at the command line. */
export interface Caller extends Owner {
  /** `tweet`, `person`, … as faults and the journal name it. */
  role: string;
  /** The execution that it works for at this moment, where it is one's. */
  execution: string | undefined;
  /** Nothing of it goes on any more, and no answer reaches it. */
  isDead: boolean;
  /** Ends it at once, as a crash does. */
  kill: (why: string) => void;
}

/** What goes wrong at one call. */
export type CallFault =
  /** The process ends before the call has an effect, or after it. */
  | { kind: "kill"; when: "before" | "after" }
  /** The connection breaks before the call arrives. */
  | { kind: "cut" }
  /** It has its effect, and nobody hears of it. */
  | { kind: "lose-answer" }
  /** No answer ever comes; the call may have had its effect. */
  | { kind: "hang"; effect: boolean }
  | { kind: "slow"; ms: number }
  | { kind: "refuse"; status: number; code: string; message: string }
  /** Of a transaction, one item's throughput. */
  | { kind: "throttle-transaction"; code: "ThrottlingError" | "ProvisionedThroughputExceeded" | "TransactionConflict" }
  /** GetSchedule answers with what was there before the last change. */
  | { kind: "stale" };

export const describeFault = (fault: CallFault): string =>
  fault.kind === "kill"
    ? `killed ${fault.when} a call`
    : fault.kind === "refuse" || fault.kind === "throttle-transaction"
      ? fault.code
      : fault.kind;
