import type { MiddlewareHandler } from "hono";
import { WebProblem } from "./problem.ts";
import type { WebEnv } from "./web-env.ts";

const reading = new Set(["GET", "HEAD"]);

/**
 * Keeps other sites from changing anything. The cookie is SameSite=Strict; in addition, a request that changes something must come from
 * this origin and be JSON, which no form of another page can send.
 */
export const sameOrigin: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (!reading.has(c.req.method)) {
    const site = c.req.header("sec-fetch-site");
    const isOwn = site === undefined ? c.req.header("origin") === c.get("site").origin : site === "same-origin";
    const origin = c.req.header("origin");
    if (!isOwn || (origin !== undefined && origin !== c.get("site").origin))
      throw new WebProblem("forbidden", "The request comes from another site. Open the app itself.");
    if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? ""))
      throw new WebProblem("invalid", "The body must be application/json.", { status: 415 });
  }
  await next();
};
