import type { Device } from "@twobytwo/core/access/devices";
import type { Context } from "hono";
import type { Site } from "./site.ts";

/** What a request carries from one middleware to the next, and what Lambda hands over with it. */
export interface WebEnv {
  Bindings: {
    /** Of the function URL's event; absent where a test calls the app itself. */
    requestContext?: { http?: { sourceIp?: string } };
  };
  Variables: {
    site: Site;
    /** Whose session it is; only below what asks for one. */
    device: Device;
    /** That session: its secret, and whether the person has just proved themselves by the passkey. */
    session: { token: string; isProven: boolean };
  };
}

export type WebContext = Context<WebEnv>;

/** The address that the request came from, as far as is known. */
export const sourceOf = (c: WebContext) => c.env?.requestContext?.http?.sourceIp ?? "unknown";
