import type { MiddlewareHandler } from "hono";
import type { WebPorts } from "../http/ports.ts";
import { problemResponse, WebProblem } from "../http/problem.ts";
import { sourceOf, type WebEnv } from "../http/web-env.ts";
import { networkOf } from "./source-network.ts";

const minuteMs = 60_000;
/** Failed attempts of one network in a minute. */
const mostWrong = 30;
/** Networks that are remembered; beyond that the oldest is forgotten. */
const mostNetworks = 1_000;

/**
 * Tells a network that guesses to wait. Only failed attempts are counted, and only the answer to a failed attempt changes: a valid passkey
 * or invite always works, however many others guess, even from the same network. So a stranger cannot lock the owner out.
 *
 * The count is in the memory of each running copy of the function. Guessing 256 bits is hopeless with or without it, and writing a row for
 * each attempt would be the most expensive part of answering.
 */
export function limitWrong({
  clock,
  viewerHeader,
}: Pick<WebPorts, "clock" | "viewerHeader">): MiddlewareHandler<WebEnv> {
  let minute = Number.NaN;
  const wrong = new Map<string, number>();
  const countOf = (network: string): number => {
    const now = Math.floor(clock() / minuteMs);
    if (now !== minute) wrong.clear();
    minute = now;
    const count = (wrong.get(network) ?? 0) + 1;
    if (count === 1 && wrong.size >= mostNetworks) wrong.delete(wrong.keys().next().value ?? "");
    wrong.set(network, count);
    return count;
  };
  return async (c, next) => {
    await next();
    if (c.res.status !== 403 || countOf(networkOf(sourceOf(c, viewerHeader))) <= mostWrong) return;
    // Without this, Hono would keep the headers of the previous answer.
    c.res = undefined;
    c.res = problemResponse(
      new WebProblem("too-many", "Too many failed attempts to sign in. Wait a minute, then try again."),
    );
  };
}
