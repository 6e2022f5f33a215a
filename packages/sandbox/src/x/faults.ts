import type { XOperation } from "./operations.ts";

export const incompleteForms = [
  "errors",
  "some-errors",
  "empty",
  "no-attachments",
  "some-attachments",
  "cut-short",
  "hidden",
] as const;
export type IncompleteForm = (typeof incompleteForms)[number];

/**
 * What goes wrong with calls of X, as a test or a fault campaign orders it. The error kinds answer without any effect.
 * - `cut`: the connection is cut before any effect.
 * - `lost-answer`: the call takes effect, and the connection is cut before the answer.
 * - `cut-answer`: the call takes effect; the connection is cut after the headers and half of the body.
 * - `malformed`: the call takes effect; its success is answered with a body that is not JSON.
 * - `hang`: no answer comes, and the connection stays open until somebody cuts it; without any effect, or `afterEffect`.
 * - `server-error`: an answer as of a gateway, before the effect, or `afterEffect`.
 * - `wrong-address`: what X answers where a path or its method is no longer taken, as that of v1.1's upload in 2025.
 * - `incomplete`: the timeline answers 200 with less than there is: `errors` in the place of posts, `errors` beside them
 *   (`some-errors`), no post at all (`empty`), posts without their `attachments` (`no-attachments`; of the newest alone:
 *   `some-attachments`), the rest of the pages cut off (`cut-short`), or without the newest post (`hidden`), which an
 *   earlier read may have shown. No other call knows it.
 * - `rate-limited`: `form` is the body (`problem`), with the three headers (`headers`), `resetAfterSecs` from now (900).
 */
export type XFault = {
  /** Absent: any call. */
  operation?: XOperation;
  /** How many matching calls it strikes; absent: one. */
  times?: number | "always";
} & (
  | { kind: "unauthorized" | "duplicate" | "oauth1-permissions" | "user-suspended" | "invalid-media" }
  | { kind: "client-not-enrolled" | "user-not-enrolled" }
  | { kind: "cut" | "lost-answer" | "cut-answer" | "malformed" }
  | { kind: "hang"; afterEffect?: boolean }
  | { kind: "forbidden"; detail?: string }
  | { kind: "credits-depleted" | "spend-cap"; form?: "new" | "old" }
  | { kind: "rate-limited"; form?: "problem" | "legacy"; headers?: boolean; resetAfterSecs?: number }
  | {
      kind: "server-error";
      status: 500 | 502 | 503 | 504;
      body?: "text" | "html" | "empty" | "json";
      afterEffect?: boolean;
    }
  | { kind: "wrong-address"; status: 404 | 405 | 410 | 415 }
  | { kind: "incomplete"; how: IncompleteForm }
);
export type XFaultKind = XFault["kind"];

export interface ArmedFault {
  fault: XFault;
  left: number;
}

export function arm(fault: XFault): ArmedFault {
  const times = fault.times ?? 1;
  return { fault, left: times === "always" ? Number.POSITIVE_INFINITY : times };
}

/** The first fault that fits the call, which is used up by one; the order is the one in which they were armed. */
export function takeFault(armed: ArmedFault[], operation: XOperation): XFault | undefined {
  const strikes = ({ kind, operation: aimedAt }: XFault) =>
    (aimedAt === undefined || aimedAt === operation) &&
    (kind !== "incomplete" || operation === "GET /2/users/{id}/tweets");
  const index = armed.findIndex(({ fault }) => strikes(fault));
  const found = armed[index];
  if (!found) return undefined;
  found.left -= 1;
  if (found.left <= 0) armed.splice(index, 1);
  return found.fault;
}
