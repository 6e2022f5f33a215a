import * as v from "valibot";
import { text } from "./contract.ts";

/** The part of the API (`contract.ts`) about sessions, devices and invites. */

// GET /api/session
export interface Session {
  signedIn: boolean;
  /** `sandbox` or the stage. */
  stage: string;
  device?: { id: string; name: string };
  /** Address of the state machine's page in the AWS console; absent in the sandbox. */
  consoleUrl?: string;
  /** The account's page on X. */
  accountUrl?: string;
}

// POST /api/auth/invite/options {invite} → PublicKeyCredentialCreationOptionsJSON
// POST /api/auth/invite {invite, deviceName, response} → Session
// POST /api/auth/sign-in/options {} → PublicKeyCredentialRequestOptionsJSON
// POST /api/auth/sign-in {response} → Session
// POST /api/auth/sign-out {} → 204
export const InviteOptionsRequest = v.strictObject({ invite: text(200) });
export const RegisterRequest = v.strictObject({
  invite: text(200),
  deviceName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
  response: v.looseObject({ id: text(2_000) }),
});
export const SignInRequest = v.strictObject({ response: v.looseObject({ id: text(2_000) }) });

// POST /api/session/proof/options {} → PublicKeyCredentialRequestOptionsJSON (of this device's passkey)
// POST /api/session/proof {response} → 204 : for two minutes, routes that need the passkey work. A sign-in counts as well.
export const ProofRequest = SignInRequest;

// GET /api/devices → Device[] ; POST /api/devices/invite {} → Invite ; DELETE /api/devices/:id → 204
export interface Device {
  id: string;
  name: string;
  createdAt: string;
  lastSeenAt: string;
  isThis: boolean;
}
export interface Invite {
  url: string;
  expiresAt: string;
}
// GET /api/invites → OpenInvite[] ; DELETE /api/invites/:id → 204 : the link no longer works
export interface OpenInvite {
  id: string;
  /** Name of the device, or the command. */
  madeBy: string;
  createdAt: string;
  expiresAt: string;
}
