import { proveSession } from "@twobytwo/core/access/sessions";
import { persistently } from "@twobytwo/core/persistently";
import { Hono, type MiddlewareHandler } from "hono";
import { ProofRequest } from "../contract-access.ts";
import { keepChallenge, takeChallenge } from "./challenges.ts";
import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import { bodyOf, Nothing } from "./request-body.ts";
import type { WebEnv } from "./web-env.ts";

/**
 * The routes for which a session alone is not enough: the person answers with the passkey of the device, a moment before.
 * Here belongs whatever lets a device in or shuts one out, what cannot be undone at X or in the bucket, and what changes
 * keys, so that an unlocked device, or a cookie that was copied, does none of it.
 */
export const proven: readonly { method: string; path: string }[] = [
  { method: "POST", path: "/devices/invite" },
  { method: "DELETE", path: "/devices/:id" },
  { method: "POST", path: "/squares/:id/unpost" },
];

/** Lets nobody through who has not answered with the passkey within the last minutes. */
export const requireProof: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (!c.get("session").isProven)
    throw new WebProblem("not-proven", "Confirm with the passkey of this device that it is you, then do it again.");
  await next();
};

const notConfirmed = () =>
  new WebProblem(
    "forbidden",
    "It could not be confirmed: use the passkey of this device, and answer within five minutes.",
  );

/** The passkey once more, in a session that there is. */
export function proofRoutes(ports: WebPorts): Hono<WebEnv> {
  const { table, clock } = ports;
  return new Hono<WebEnv>()
    .post("/session/proof/options", async (c) => {
      await bodyOf(c, Nothing);
      const { authenticationOptions } = await import("./passkeys.ts");
      const options = await authenticationOptions(c.get("site"), c.get("device"));
      const purpose = { session: c.get("session").token };
      await keepChallenge(table, { challenge: options.challenge, purpose, now: clock() });
      return c.json(options);
    })
    .post("/session/proof", async (c) => {
      const { response } = await bodyOf(c, ProofRequest);
      const [device, { token }] = [c.get("device"), c.get("session")];
      const { credentialId } = device;
      const { verifyAuthentication } = await import("./passkeys.ts");
      const take = (challenge: string) =>
        takeChallenge(table, { challenge, purpose: { session: token }, now: clock() });
      const counter = await verifyAuthentication(c.get("site"), response, device, take);
      if (counter === undefined) throw notConfirmed();
      const prove = () => proveSession(table, { token, credentialId, counter, now: clock() });
      if (!(await persistently(ports, "Noting the proof", prove))) throw notConfirmed();
      return c.body(null, 204);
    });
}
