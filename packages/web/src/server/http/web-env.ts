import type { Device } from "@twobytwo/core/access/devices";
import type { Context } from "hono";
import type { Site } from "./site.ts";

/** What middleware passes on with a request, and what Lambda provides. */
export interface WebEnv {
  Bindings: {
    /** Of the function URL's event; absent when a test calls the app directly. */
    requestContext?: { http?: { sourceIp?: string } };
  };
  Variables: {
    site: Site;
    /** The device of the session; only behind `requireSession`. */
    device: Device;
    /** The session: its secret, and whether the person has just confirmed with the passkey. */
    session: { token: string; isProven: boolean };
  };
}

export type WebContext = Context<WebEnv>;

/** The IP address of the sender, if it is known; behind a CDN, the visitor's. */
export const sourceOf = (c: WebContext, viewerHeader: string | undefined) =>
  (viewerHeader === undefined ? c.env?.requestContext?.http?.sourceIp : c.req.header(viewerHeader)) ?? "unknown";
