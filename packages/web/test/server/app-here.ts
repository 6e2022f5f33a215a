import { randomBytes } from "node:crypto";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Ports } from "@twobytwo/core/ports";
import { stateMachineArn } from "@twobytwo/sandbox/names";
import type { Hono } from "hono";
import { createApp } from "../../src/server/app.ts";
import { readAssets } from "../../src/server/http/assets.ts";
import type { WebEnv } from "../../src/server/http/web-env.ts";
import { unasked } from "./browser.ts";

/** The app in this process, which asks no run and no other function; `more` in the place of what it has by itself. */
export const appHere = (ports: Ports, more: Partial<Parameters<typeof createApp>[0]> = {}): Hono<WebEnv> =>
  createApp({
    ...ports,
    stateMachine: { client: new SFNClient({ region: "us-east-1" }), arn: stateMachineArn },
    ...unasked,
    randomBytes,
    stage: "sandbox",
    region: "us-east-1",
    postsOrigin: "http://localhost:1",
    assets: readAssets("nowhere"),
    log: () => {},
    ...more,
  });

/** Every route of the app itself, for example `GET /api/squares/:id`. */
export function routesHere(ports: Ports): { method: string; path: string }[] {
  const api = appHere(ports).routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"));
  return [...new Map(api.map(({ method, path }) => [`${method} ${path}`, { method, path }])).values()];
}
