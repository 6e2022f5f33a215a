import { Hono } from "hono";
import { deviceRoutes } from "./access/devices.ts";
import { proofRoutes, proven, requireProof } from "./access/proof.ts";
import { requireSession, sessionRoutes } from "./access/session.ts";
import { signInRoutes } from "./access/sign-in.ts";
import { assetRoutes } from "./http/assets.ts";
import { createCursors } from "./http/cursor.ts";
import { logText } from "./http/log-text.ts";
import type { WebPorts } from "./http/ports.ts";
import { asProblem, problemResponse, WebProblem } from "./http/problem.ts";
import { sameOrigin } from "./http/same-origin.ts";
import { postPicturesOrigin, securityHeaders } from "./http/security-headers.ts";
import { createSignedAddresses } from "./http/signed-addresses.ts";
import { siteOf } from "./http/site.ts";
import type { WebEnv } from "./http/web-env.ts";
import { accountRoutes } from "./routes/account.ts";
import { createCards } from "./routes/cards.ts";
import { runRoutes } from "./routes/runs.ts";
import { scheduleRoutes } from "./routes/schedule.ts";
import { seriesRoutes } from "./routes/series.ts";
import { squareActRoutes } from "./routes/square-acts.ts";
import { squareRoutes } from "./routes/squares.ts";
import { uploadRoutes } from "./routes/uploads.ts";

/**
 * The web app: its files and its API, under one origin. A stranger can reach only what is above `requireSession`; every route below it
 * needs a session.
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
    // Only the log gets the details of an unexpected error.
    if (problem.problem.status >= 500)
      ports.log({
        step: "Web",
        path: logText(c.req.path),
        failure: logText(`${problem.cause ?? problem.message}`, 2_000),
      });
    return problemResponse(problem);
  });
  app.notFound(() => {
    throw new WebProblem("not-found", "There is no page at this address.");
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
  // Before the routes themselves, so that none in that list is reached without a proof.
  for (const { method, path } of proven) api.on(method, path, requireProof);
  api.route("/", proofRoutes(ports));
  api.route("/", deviceRoutes(ports));
  api.route("/", accountRoutes(ports));
  api.route("/", scheduleRoutes(ports, cards));
  api.route("/", squareRoutes(ports, { cards, cursors, addresses }));
  api.route("/", squareActRoutes(ports, cards));
  api.route("/", seriesRoutes(ports));
  api.route("/", uploadRoutes(ports, { cards, addresses }));
  api.route("/", runRoutes(ports, cursors));
  api.all("*", () => {
    throw new WebProblem("not-found", "The API has no such route.");
  });
  app.route("/api", api);
  app.route("/", assetRoutes(ports.assets));
  return app;
}
