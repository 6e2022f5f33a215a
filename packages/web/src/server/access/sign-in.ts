import { deviceAdded } from "@twobytwo/core/access/device-added";
import { listDevices, readDevice } from "@twobytwo/core/access/devices";
import { isInvited } from "@twobytwo/core/access/invites";
import { newSecret } from "@twobytwo/core/access/secret";
import { admitDevice, signInDevice } from "@twobytwo/core/access/sign-in";
import { persistently } from "@twobytwo/core/persistently";
import { Hono } from "hono";
import { InviteOptionsRequest, RegisterRequest, SignInRequest } from "../../contract-access.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";
import { type ChallengeFor, keepChallenge, takeChallenge } from "./challenges.ts";
import { limitWrong } from "./rate-limit.ts";
import { giveCookie, sessionOf } from "./session.ts";
import { challengeIn, createSignedChallenges } from "./signed-challenges.ts";

/** Half of the server's code, which is needed only for signing in. */
const passkeys = () => import("./passkeys.ts");

/** The same message in every case, so that guessing reveals nothing. */
const noSuchInvite = () =>
  new WebProblem("forbidden", "This invite is not valid, or no longer valid. Create a new one with `2x2 invite`.");
const notAccepted = () =>
  new WebProblem(
    "forbidden",
    "This passkey is not accepted. Use one of your devices, or create an invite with `2x2 invite`.",
  );

/** The device is already added, so a mail that cannot be sent only goes to the log. */
async function tellOwner(ports: WebPorts, mail: { subject: string; message: string }): Promise<void> {
  try {
    await ports.tellOwner?.(mail);
  } catch (error) {
    ports.log({ step: "Web", failure: `The owner was not told by mail (${mail.subject}): ${error}` });
  }
}

/** Everything that a stranger can call. */
export function signInRoutes(ports: WebPorts): Hono<WebEnv> {
  const { table, clock, randomBytes } = ports;
  const keep = (challenge: string, purpose: ChallengeFor) => keepChallenge(table, { challenge, purpose, now: clock() });
  const signInChallenges = createSignedChallenges(ports);
  const taker = (purpose: ChallengeFor) => (challenge: string) =>
    takeChallenge(table, { challenge, purpose, now: clock() });

  return new Hono<WebEnv>()
    .use("/auth/*", limitWrong(ports))
    .post("/auth/invite/options", async (c) => {
      const { invite } = await bodyOf(c, InviteOptionsRequest);
      if (!(await isInvited(table, invite, clock()))) throw noSuchInvite();
      const { registrationOptions } = await passkeys();
      const options = await registrationOptions(c.get("site"), await listDevices(table));
      await keep(options.challenge, { invite });
      return c.json(options);
    })
    .post("/auth/invite", async (c) => {
      const { invite, deviceName, response } = await bodyOf(c, RegisterRequest);
      // Before any work: a caller without an invite causes none.
      if (!(await isInvited(table, invite, clock()))) throw noSuchInvite();
      const { verifyRegistration } = await passkeys();
      const passkey = await verifyRegistration(c.get("site"), response, taker({ invite }));
      if (passkey === undefined) throw noSuchInvite();
      const [token, now] = [newSecret(randomBytes), clock()];
      const at = new Date(now).toISOString();
      const device = { ...passkey, name: deviceName, createdAt: at, seenAt: at };
      const used = await persistently(ports, "Adding the device", () =>
        admitDevice(table, { invite, device, token, now }),
      );
      if (used === undefined) throw noSuchInvite();
      await tellOwner(ports, deviceAdded({ stage: ports.stage, device, by: used.maker?.name ?? used.by }));
      giveCookie(c, token);
      return c.json(sessionOf(ports, device));
    })
    .post("/auth/sign-in/options", async (c) => {
      await bodyOf(c, Nothing);
      const { authenticationOptions } = await passkeys();
      const options = await authenticationOptions(c.get("site"));
      return c.json({ ...options, challenge: await signInChallenges.make() });
    })
    .post("/auth/sign-in", async (c) => {
      const { response } = await bodyOf(c, SignInRequest);
      const challenge = challengeIn(response);
      if (challenge === undefined || !(await signInChallenges.isOurs(challenge))) throw notAccepted();
      const device = await readDevice(table, response.id);
      if (device === undefined) throw notAccepted();
      const { verifyAuthentication } = await passkeys();
      const counter = await verifyAuthentication(c.get("site"), response, device, async (said) => said === challenge);
      // Nothing is written before one of the owner's passkeys has signed.
      if (counter === undefined || !(await signInChallenges.spend(challenge))) throw notAccepted();
      const token = newSecret(randomBytes);
      const { credentialId } = device;
      // Uploads in progress are written on condition of the device's row.
      const begin = () => signInDevice(table, { token, credentialId, counter, now: clock() });
      if (!(await persistently(ports, "Signing in", begin))) throw notAccepted();
      giveCookie(c, token);
      return c.json(sessionOf(ports, device));
    });
}
