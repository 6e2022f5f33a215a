import type { MiddlewareHandler } from "hono";
import { WebProblem } from "./problem.ts";
import type { WebEnv } from "./web-env.ts";

const reading = new Set(["GET", "HEAD"]);

/**
 * Lets nobody else's page change anything: besides the cookie, which is SameSite=Strict, what changes something
 * must say that it comes from this very origin, and be JSON, which no form of another page can send.
 */
export const sameOrigin: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (!reading.has(c.req.method)) {
    const site = c.req.header("sec-fetch-site");
    const isOwn = site === undefined ? c.req.header("origin") === c.get("site").origin : site === "same-origin";
    const origin = c.req.header("origin");
    if (!isOwn || (origin !== undefined && origin !== c.get("site").origin))
      throw new WebProblem("forbidden", "The request comes from another page than the app's own: open the app itself.");
    if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? ""))
      throw new WebProblem("invalid", "The body has to be application/json.", { status: 415 });
  }
  await next();
};
