import { proveSession } from "@twobytwo/core/access/sessions";
import { persistently } from "@twobytwo/core/persistently";
import { Hono, type MiddlewareHandler } from "hono";
import { ProofRequest } from "../../contract-access.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";
import { keepChallenge, takeChallenge } from "./challenges.ts";

/**
 * The routes for which a session is not enough: the person must have confirmed with the passkey of the device shortly before. Whatever
 * adds or removes a device, cannot be undone at X or in the bucket, or changes keys belongs here, so that an unlocked device or a copied
 * cookie can do none of it.
 */
export const proven: readonly { method: string; path: string }[] = [
  { method: "POST", path: "/devices/invite" },
  { method: "DELETE", path: "/devices/:id" },
  { method: "POST", path: "/squares/:id/unpost" },
  { method: "POST", path: "/squares/:id/delete" },
  { method: "POST", path: "/schedule/confirm-table" },
];

/** Refuses requests without a confirmation by passkey in the last minutes. */
export const requireProof: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (!c.get("session").isProven)
    throw new WebProblem("not-proven", "Confirm with the passkey of this device, then try again.");
  await next();
};

const notConfirmed = () =>
  new WebProblem("forbidden", "Not confirmed. Use the passkey of this device, and answer within five minutes.");

/** Confirming with the passkey within a session. */
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
