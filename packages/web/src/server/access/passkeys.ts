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
import type { Site } from "../http/site.ts";
import { challengeMs } from "./challenges.ts";

/** There is one owner, to whom all passkeys belong. */
const owner = { name: "twobytwo", displayName: "twobytwo", id: new TextEncoder().encode("owner") };

const transportsOf = (transports: readonly string[]) => [...transports] as AuthenticatorTransport[];

/** What the browser needs to create a passkey on a device that has none. */
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
 * Names no passkey, so that a stranger learns nothing about the devices.
 *
 * @param device of the session, if there is one: then only its passkey is accepted
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

/** Uses a challenge up. Resolves to false if it is not ours or was used before. */
type TakeChallenge = (challenge: string) => Promise<boolean>;

/** @returns what to store of a new passkey; undefined if the answer is not valid */
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

/** @returns the passkey's signature counter; undefined if the answer is not valid */
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

/** The library throws for every error in an answer. A failure of AWS is passed on. */
function refusal(error: unknown): undefined {
  if (typeof error === "object" && error !== null && "$metadata" in error) throw error;
  return undefined;
}
