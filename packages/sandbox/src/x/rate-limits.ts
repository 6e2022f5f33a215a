import type { Clock } from "@twobytwo/core/clock";
import { Refused } from "./answer.ts";
import type { XOperation } from "./operations.ts";
import { tooManyRequests } from "./problems.ts";

/** How often an operation was called since its window began; by operation and length of the window. */
export type Windows = Map<string, { startedAt: number; used: number }>;

const quarterHour = 15 * 60;
const day = 24 * 60 * 60;

/** Calls and seconds: first the user's limit, then the app's. */
export const limits: Record<XOperation, readonly (readonly [calls: number, seconds: number])[]> = {
  "POST /2/tweets": [
    [100, quarterHour],
    [10_000, day],
  ],
  "POST /2/media/upload": [
    [500, quarterHour],
    [50_000, day],
  ],
  "POST /2/media/upload/initialize": [
    [1_875, quarterHour],
    [180_000, day],
  ],
  "POST /2/media/upload/{id}/append": [
    [1_875, quarterHour],
    [180_000, day],
  ],
  "POST /2/media/upload/{id}/finalize": [
    [1_875, quarterHour],
    [180_000, day],
  ],
  "POST /2/media/metadata": [
    [500, quarterHour],
    [50_000, day],
  ],
  "DELETE /2/tweets/{id}": [[50, quarterHour]],
  "GET /2/users/{id}/tweets": [[900, quarterHour]],
  "GET /2/users/me": [[75, quarterHour]],
};

interface Port {
  clock: Clock;
  windows: Windows;
}

/** Counts one call, whatever becomes of it; answers 429 when a window is used up. */
export function countCall(port: Port, operation: XOperation): void {
  const windows = windowsOf(port, operation);
  if (windows.some(({ limit, window }) => window.used >= limit)) throw new Refused(tooManyRequests());
  for (const { key, window } of windows) port.windows.set(key, { ...window, used: window.used + 1 });
}

/** `reset` in seconds of the epoch. Of several limits the one that is used up, else the user's. */
export function rateHeaders(port: Port, operation: XOperation): Record<string, string> {
  const windows = windowsOf(port, operation);
  const shown = windows.find(({ limit, window }) => window.used >= limit) ?? windows[0];
  if (!shown) return {};
  return {
    "x-rate-limit-limit": String(shown.limit),
    "x-rate-limit-remaining": String(Math.max(0, shown.limit - shown.window.used)),
    "x-rate-limit-reset": String(Math.ceil(shown.window.startedAt / 1000) + shown.seconds),
  };
}

function windowsOf(port: Port, operation: XOperation) {
  const now = port.clock();
  return limits[operation].map(([limit, seconds]) => {
    const key = `${operation} ${seconds}`;
    const open = port.windows.get(key);
    // The reset that callers were told is in whole seconds: the window ends there, and not within that second.
    const isOpen = open && now < (Math.ceil(open.startedAt / 1000) + seconds) * 1000;
    return { key, limit, seconds, window: isOpen ? open : { startedAt: now, used: 0 } };
  });
}
