import { deviceAdded } from "@twobytwo/core/access/device-added";
import { listDevices, readDevice } from "@twobytwo/core/access/devices";
import { isInvited } from "@twobytwo/core/access/invites";
import { newSecret } from "@twobytwo/core/access/secret";
import { admitDevice, signInDevice } from "@twobytwo/core/access/sign-in";
import { persistently } from "@twobytwo/core/persistently";
import { Hono } from "hono";
import { InviteOptionsRequest, RegisterRequest, SignInRequest } from "../contract-access.ts";
import { type ChallengeFor, keepChallenge, takeChallenge } from "./challenges.ts";
import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import { limitWrong } from "./rate-limit.ts";
import { bodyOf, Nothing } from "./request-body.ts";
import { giveCookie, sessionOf } from "./session.ts";
import { challengeIn, createSignedChallenges } from "./signed-challenges.ts";
import type { WebEnv } from "./web-env.ts";

/** Half of the server's code, and nobody needs it who is signed in. */
const passkeys = () => import("./passkeys.ts");

/** The same words whatever was wrong: who guesses learns nothing. */
const noSuchInvite = () =>
  new WebProblem("forbidden", "This link is not good, or not any more: ask for a new one with `2x2 invite`.");
const notAccepted = () =>
  new WebProblem(
    "forbidden",
    "This passkey is not accepted: use one of your devices, or ask for a link with `2x2 invite`.",
  );

/** The device is there already: a mail that cannot be sent is for the log, and nobody's mistake at the door. */
async function tellOwner(ports: WebPorts, mail: { subject: string; message: string }): Promise<void> {
  try {
    await ports.tellOwner?.(mail);
  } catch (error) {
    ports.log({ step: "Web", failure: `The owner was not told by mail (${mail.subject}): ${error}` });
  }
}

/** Everything that a stranger may call. */
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
      // Before anything is worked out or written: who has no link makes no work.
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
      // Nothing is written for an answer before a passkey of the owner's has signed it.
      if (counter === undefined || !(await signInChallenges.spend(challenge))) throw notAccepted();
      const token = newSecret(randomBytes);
      const { credentialId } = device;
      // Pictures that the device is sending just now are written on condition of its row.
      const begin = () => signInDevice(table, { token, credentialId, counter, now: clock() });
      if (!(await persistently(ports, "Signing in", begin))) throw notAccepted();
      giveCookie(c, token);
      return c.json(sessionOf(ports, device));
    });
}
