import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Device } from "@twobytwo/core/access/devices";
import { challengeMs } from "./challenges.ts";
import type { Site } from "./site.ts";

/** There is one owner; each passkey is one of theirs. */
const owner = { name: "twobytwo", displayName: "twobytwo", id: new TextEncoder().encode("owner") };

const transportsOf = (transports: readonly string[]) => [...transports] as AuthenticatorTransport[];

/** What the browser needs to make a passkey on a device that has none yet. */
export function registrationOptions({ rpId }: Site, devices: readonly Device[]) {
  return generateRegistrationOptions({
    rpName: "twobytwo",
    rpID: rpId,
    userName: owner.name,
    userDisplayName: owner.displayName,
    userID: owner.id,
    timeout: challengeMs,
    attestationType: "none",
    excludeCredentials: devices.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: transportsOf(transports),
    })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/**
 * Names no passkey: who asks learns nothing of the devices there are.
 *
 * @param device of whoever is signed in already: then it has to be theirs
 */
export function authenticationOptions({ rpId }: Site, device?: Device) {
  return generateAuthenticationOptions({
    rpID: rpId,
    timeout: challengeMs,
    userVerification: "required",
    ...(device && {
      allowCredentials: [{ id: device.credentialId, transports: transportsOf(device.transports) }],
    }),
  });
}

/** Whether a challenge was ours, and nobody has answered it yet. */
type TakeChallenge = (challenge: string) => Promise<boolean>;

/** @returns what is to be kept of a new passkey; undefined where the answer is not good. */
export async function verifyRegistration(
  { origin, rpId }: Site,
  response: unknown,
  take: TakeChallenge,
): Promise<Pick<Device, "credentialId" | "publicKey" | "counter" | "transports"> | undefined> {
  const verified = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: take,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
  }).catch(refusal);
  if (!verified?.verified) return undefined;
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
  return { credentialId: id, publicKey, counter, transports: transports.filter((name) => typeof name === "string") };
}

/** @returns how often the passkey has signed by now; undefined where the answer is not good. */
export async function verifyAuthentication(
  { origin, rpId }: Site,
  response: unknown,
  device: Device,
  take: TakeChallenge,
): Promise<number | undefined> {
  const verified = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON,
    expectedChallenge: take,
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential: {
      id: device.credentialId,
      publicKey: Uint8Array.from(device.publicKey),
      counter: device.counter,
      transports: transportsOf(device.transports),
    },
    requireUserVerification: true,
  }).catch(refusal);
  return verified?.verified ? verified.authenticationInfo.newCounter : undefined;
}

/** The library throws for every mistake in an answer; what went wrong with a service is no mistake in it. */
function refusal(error: unknown): undefined {
  if (typeof error === "object" && error !== null && "$metadata" in error) throw error;
  return undefined;
}
