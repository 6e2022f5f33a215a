import type { Clock } from "@twobytwo/core/clock";
import type { Ports } from "@twobytwo/core/ports";
import type { Hono } from "hono";
import { readAssets } from "../../src/server/http/assets.ts";
import type { WebEnv } from "../../src/server/http/web-env.ts";
import { appHere } from "./app-here.ts";

/** The app in this process, over the emulators, with its calls of the table counted and its log kept. */
export interface CountedApp {
  app: Hono<WebEnv>;
  log: Record<string, unknown>[];
  /** Names of the calls of the table since the last time, for example `PutCommand`. */
  calls(): string[];
  /** Sends what a browser on the app's own page would send, from an address. */
  send(
    method: string,
    path: string,
    more?: { body?: unknown; headers?: Record<string, string>; from?: string },
  ): Promise<Response>;
}

export const ownOrigin = "http://localhost:8080";
export const isWrite = (call: string) => /Put|Update|Delete|Write/.test(call);

/** @param assets folder of a built app; none unless given */
export function countedApp(
  ports: Ports,
  {
    assets = "nowhere",
    clock = ports.clock,
    viewerHeader,
  }: { assets?: string; clock?: Clock; viewerHeader?: string } = {},
): CountedApp {
  const log: Record<string, unknown>[] = [];
  const called: string[] = [];
  const { client, name } = ports.table;
  const counting = Object.create(client, {
    send: {
      value: (command: object, ...rest: []) => {
        called.push(command.constructor.name);
        return client.send(command as Parameters<typeof client.send>[0], ...rest);
      },
    },
  }) as typeof client;
  const app = appHere(ports, {
    clock,
    table: { name, client: counting },
    assets: readAssets(assets),
    ...(viewerHeader !== undefined && { viewerHeader }),
    log: (line) => log.push(line),
  });
  return {
    app,
    log,
    calls: () => called.splice(0),
    async send(method, path, { body, headers = {}, from = "192.0.2.1" } = {}) {
      const changes = method !== "GET" && method !== "HEAD";
      return app.request(
        ownOrigin + path,
        {
          method,
          headers: {
            host: new URL(ownOrigin).host,
            ...(changes && { "content-type": "application/json", origin: ownOrigin, "sec-fetch-site": "same-origin" }),
            ...headers,
          },
          ...(changes && { body: typeof body === "string" ? body : JSON.stringify(body ?? {}) }),
        },
        { requestContext: { http: { sourceIp: from } } },
      );
    },
  };
}
