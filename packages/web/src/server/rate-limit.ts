import type { MiddlewareHandler } from "hono";
import type { WebPorts } from "./ports.ts";
import { problemResponse, WebProblem } from "./problem.ts";
import { networkOf } from "./source-network.ts";
import { sourceOf, type WebEnv } from "./web-env.ts";

const minuteMs = 60_000;
/** Wrong answers and wrong links of one network in a minute. */
const mostWrong = 30;
/** Networks that are remembered at once; beyond it the one that was heard of first is forgotten. */
const mostNetworks = 1_000;

/**
 * Tells a network that guesses to wait. Only what turned out to be wrong is counted, and only the answer to what is wrong
 * changes: whoever has a passkey or a link that is good is let in, however much others guess beside them, from the same
 * network or from all of them. So no number that a stranger can drive up stands between the owner and the app.
 *
 * It is counted in the memory of each running copy of the function, and kept nowhere: guesses at 256 bits are hopeless
 * with or without a count, and a row written for each would be the dearest part of answering them.
 */
export function limitWrong({ clock }: Pick<WebPorts, "clock">): MiddlewareHandler<WebEnv> {
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
    if (c.res.status !== 403 || countOf(networkOf(sourceOf(c))) <= mostWrong) return;
    // Without this, Hono would lay the headers of the answer before over it.
    c.res = undefined;
    c.res = problemResponse(
      new WebProblem("too-many", "Too many wrong attempts to sign in: wait a minute, then try again."),
    );
  };
}
