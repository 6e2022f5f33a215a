import { Hono } from "hono";
import { assetRoutes } from "./assets.ts";
import { createCards } from "./cards.ts";
import { createCursors } from "./cursor.ts";
import { deviceRoutes } from "./device-routes.ts";
import { logText } from "./log-text.ts";
import type { WebPorts } from "./ports.ts";
import { asProblem, problemResponse, WebProblem } from "./problem.ts";
import { proofRoutes, proven, requireProof } from "./proof.ts";
import { runRoutes } from "./runs.ts";
import { sameOrigin } from "./same-origin.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { postPicturesOrigin, securityHeaders } from "./security-headers.ts";
import { requireSession, sessionRoutes } from "./session.ts";
import { signInRoutes } from "./sign-in.ts";
import { createSignedAddresses } from "./signed-addresses.ts";
import { siteOf } from "./site.ts";
import { squareActRoutes } from "./square-acts.ts";
import { squareRoutes } from "./squares.ts";
import { uploadRoutes } from "./uploads.ts";
import type { WebEnv } from "./web-env.ts";

/**
 * The web app: its files and its API, one origin. What stands above `requireSession` is all that a stranger can
 * reach; whatever is added below it needs a session, without anybody having to think of it.
 */
export function createApp(ports: WebPorts): Hono<WebEnv> {
  const addresses = createSignedAddresses(ports);
  const cards = createCards(ports, addresses);
  const cursors = createCursors(ports);
  const app = new Hono<WebEnv>();

  app.use(async (c, next) => {
    const began = performance.now();
    await next();
    const headers = securityHeaders({ bucket: await addresses.origin(), postPictures: postPicturesOrigin(ports) });
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    const { method, path } = c.req;
    if (path.startsWith("/api/"))
      ports.log({
        step: "Web",
        method: logText(method),
        path: logText(path),
        status: c.res.status,
        ms: Math.round(performance.now() - began),
      });
  });
  app.onError((error, c) => {
    const problem = asProblem(error);
    // What nobody foresaw is for whoever looks after the deployment, and only for them.
    if (problem.problem.status >= 500)
      ports.log({
        step: "Web",
        path: logText(c.req.path),
        failure: logText(`${problem.cause ?? problem.message}`, 2_000),
      });
    return problemResponse(problem);
  });
  app.notFound(() => {
    throw new WebProblem("not-found", "There is nothing at this address.");
  });
  app.use(async (c, next) => {
    c.set("site", siteOf(ports, c.req.header("host") ?? ""));
    await next();
  });
  app.use(sameOrigin);

  const api = new Hono<WebEnv>();
  api.use(async (c, next) => {
    await next();
    c.res.headers.set("cache-control", "no-store");
  });
  api.route("/", sessionRoutes(ports));
  api.route("/", signInRoutes(ports));
  api.use(requireSession(ports));
  // Before the routes themselves: what is in that list is never reached without a proof.
  for (const { method, path } of proven) api.on(method, path, requireProof);
  api.route("/", proofRoutes(ports));
  api.route("/", deviceRoutes(ports));
  api.route("/", scheduleRoutes(ports, cards));
  api.route("/", squareRoutes(ports, { cards, cursors, addresses }));
  api.route("/", squareActRoutes(ports, cards));
  api.route("/", uploadRoutes(ports, { cards, addresses }));
  api.route("/", runRoutes(ports, cursors));
  api.all("*", () => {
    throw new WebProblem("not-found", "The API has nothing at this address.");
  });
  app.route("/api", api);
  app.route("/", assetRoutes(ports.assets));
  return app;
}
