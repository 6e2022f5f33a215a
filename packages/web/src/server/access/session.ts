import type { Device } from "@twobytwo/core/access/devices";
import { endSession, hasSession, readSession, sessionMs } from "@twobytwo/core/access/sessions";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Session } from "../../contract-access.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import type { WebContext, WebEnv } from "../http/web-env.ts";

const cookie = "session";
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Strict", prefix: "host" } as const;
/** Tokens have 43 characters; nothing longer is looked up. */
const tokenPattern = /^[\w-]{43}$/;

/** @param lastsMs how long the browser keeps it, in milliseconds */
export function giveCookie(c: Context, token: string, lastsMs = sessionMs): void {
  setCookie(c, cookie, token, { ...attributes, maxAge: Math.floor(lastsMs / 1000) });
}

async function sessionIn(c: WebContext, { table, clock }: WebPorts) {
  const token = getCookie(c, cookie, "host");
  if (token === undefined || !tokenPattern.test(token)) return undefined;
  const session = await readSession(table, token, clock());
  if (session?.extendedMs !== undefined) giveCookie(c, token, session.extendedMs);
  return session && { token, device: session.device, isProven: session.isProven };
}

/** Refuses requests without a valid session. */
export function requireSession(ports: WebPorts): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const session = await sessionIn(c, ports);
    if (session === undefined)
      throw new WebProblem("not-signed-in", "Sign in with a passkey from one of your devices.");
    const { device, token, isProven } = session;
    c.set("device", device);
    c.set("session", { token, isProven });
    await next();
  };
}

export function sessionOf(ports: WebPorts, device: Pick<Device, "credentialId" | "name"> | undefined): Session {
  const { stage, stateMachine, region, postsOrigin } = ports;
  if (device === undefined) return { signedIn: false, stage };
  return {
    signedIn: true,
    stage,
    device: { id: device.credentialId, name: device.name },
    ...(stage === "sandbox"
      ? { accountUrl: `${postsOrigin}/` }
      : {
          consoleUrl: `https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${encodeURIComponent(stateMachine.arn)}`,
        }),
  };
}

/** Who is signed in, and signing out; neither needs a session. */
export function sessionRoutes(ports: WebPorts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get("/session", async (c) => c.json(sessionOf(ports, (await sessionIn(c, ports))?.device)))
    .post("/auth/sign-out", async (c) => {
      await bodyOf(c, Nothing);
      const token = getCookie(c, cookie, "host");
      // Looks first: anyone may call this, and a delete costs even if there is nothing to delete.
      const isSession = token !== undefined && tokenPattern.test(token) && (await hasSession(ports.table, token));
      if (isSession) await endSession(ports.table, token);
      deleteCookie(c, cookie, attributes);
      return c.body(null, 204);
    });
}
