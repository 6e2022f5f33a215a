import type { Device } from "@twobytwo/core/access/devices";
import { endSession, hasSession, readSession, sessionMs } from "@twobytwo/core/access/sessions";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Session } from "../contract.ts";
import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import { bodyOf, Nothing } from "./request-body.ts";
import type { WebContext, WebEnv } from "./web-env.ts";

const cookie = "session";
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Strict", prefix: "host" } as const;
/** Tokens have 43 characters; nothing longer is looked up. */
const tokenPattern = /^[\w-]{43}$/;

export function giveCookie(c: Context, token: string): void {
  setCookie(c, cookie, token, { ...attributes, maxAge: sessionMs / 1000 });
}

async function deviceOf(c: WebContext, { table, clock }: WebPorts): Promise<Device | undefined> {
  const token = getCookie(c, cookie, "host");
  if (token === undefined || !tokenPattern.test(token)) return undefined;
  const session = await readSession(table, token, clock());
  if (session?.isExtended) giveCookie(c, token);
  return session?.device;
}

/** Lets nobody through without a session that holds. */
export function requireSession(ports: WebPorts): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const device = await deviceOf(c, ports);
    if (device === undefined) throw new WebProblem("not-signed-in", "Sign in with a passkey of one of your devices.");
    c.set("device", device);
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

/** Who is signed in, and the end of a session: neither needs one. */
export function sessionRoutes(ports: WebPorts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get("/session", async (c) => c.json(sessionOf(ports, await deviceOf(c, ports))))
    .post("/auth/sign-out", async (c) => {
      await bodyOf(c, Nothing);
      const token = getCookie(c, cookie, "host");
      // Looked for first: a delete is paid for, also where there is nothing to delete, and anybody may call this.
      const isSession = token !== undefined && tokenPattern.test(token) && (await hasSession(ports.table, token));
      if (isSession) await endSession(ports.table, token);
      deleteCookie(c, cookie, attributes);
      return c.body(null, 204);
    });
}
