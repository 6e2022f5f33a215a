import type { Clock } from "@twobytwo/core/clock";
import { Refused } from "./answer.ts";
import type { XOperation } from "./operations.ts";
import { tooManyRequests } from "./problems.ts";

/** How often an operation was called since its window began. */
export type Windows = Map<XOperation, { startedAt: number; used: number }>;

const windowSeconds = 15 * 60;

/** Calls of one account within 15 minutes; the app's own limits of a day are a hundred times as many. */
export const limits: Record<XOperation, number> = {
  "POST /2/tweets": 100,
  "POST /2/media/upload": 500,
  "POST /2/media/upload/initialize": 1_875,
  "POST /2/media/upload/{id}/append": 1_875,
  "POST /2/media/upload/{id}/finalize": 1_875,
  "POST /2/media/metadata": 500,
  "DELETE /2/tweets/{id}": 50,
  "GET /2/users/{id}/tweets": 900,
  "GET /2/users/me": 75,
};

interface Port {
  clock: Clock;
  windows: Windows;
}

/** Counts one call, whatever becomes of it; answers 429 when the window is used up. */
export function countCall(port: Port, operation: XOperation): void {
  const window = windowOf(port, operation);
  if (window.used >= limits[operation]) throw new Refused(tooManyRequests());
  port.windows.set(operation, { ...window, used: window.used + 1 });
}

/** `reset` in seconds of the epoch. */
export function rateHeaders(port: Port, operation: XOperation): Record<string, string> {
  const { startedAt, used } = windowOf(port, operation);
  return {
    "x-rate-limit-limit": String(limits[operation]),
    "x-rate-limit-remaining": String(limits[operation] - used),
    "x-rate-limit-reset": String(resetOf(startedAt)),
  };
}

/** Callers are told whole seconds: the window ends there, and not within that second. */
const resetOf = (startedAt: number) => Math.ceil(startedAt / 1000) + windowSeconds;

function windowOf({ clock, windows }: Port, operation: XOperation) {
  const open = windows.get(operation);
  return open && clock() < resetOf(open.startedAt) * 1000 ? open : { startedAt: clock(), used: 0 };
}
