import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import type { Session } from "../../contract-access.ts";
import { ApiError, messageOf, request } from "../base/request.ts";

const post = <Answer>(path: string, body: unknown) =>
  request<Answer>("POST", `/auth/${path}`, { body, withoutSession: true });

/** Signs in with a passkey of this device. */
export async function signIn(): Promise<Session> {
  const optionsJSON = await post<PublicKeyCredentialRequestOptionsJSON>("sign-in/options", {});
  return post<Session>("sign-in", { response: await startAuthentication({ optionsJSON }) });
}

/** Confirms with the passkey of the session's own device. */
export async function confirmWithPasskey(): Promise<void> {
  const options = await request<PublicKeyCredentialRequestOptionsJSON>("POST", "/session/proof/options");
  const response = await startAuthentication({ optionsJSON: options });
  await request<void>("POST", "/session/proof", { body: { response } });
}

/** Why an invite cannot be used; undefined if it can, or if nobody could say. */
export async function refusalOf(invite: string): Promise<string | undefined> {
  try {
    await post("invite/options", { invite });
    return undefined;
  } catch (error) {
    return error instanceof ApiError && error.problem.type === "forbidden" ? messageOf(error) : undefined;
  }
}

/** Creates a passkey on this device with an invite, which is then used up. */
export async function register(invite: string, deviceName: string): Promise<Session> {
  const optionsJSON = await post<PublicKeyCredentialCreationOptionsJSON>("invite/options", { invite });
  return post<Session>("invite", { invite, deviceName, response: await startRegistration({ optionsJSON }) });
}

/** What to tell a person. Mostly they cancelled. */
export function signInMessage(error: unknown): string {
  if (error instanceof ApiError) return messageOf(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "Not confirmed. Try again when you are ready.";
  if (name === "InvalidStateError") return "This device already has a passkey for twobytwo. Sign in with it.";
  return messageOf(error);
}

/** A first name for the device in the list of devices. */
export function deviceGuess(): string {
  const agent = navigator.userAgent;
  const kinds: [RegExp, string][] = [
    [/iPhone/, "iPhone"],
    [/iPad/, "iPad"],
    [/Android/, "Android phone"],
    [/Macintosh/, "Mac"],
    [/Windows/, "Windows computer"],
    [/Linux/, "Linux computer"],
  ];
  return kinds.find(([pattern]) => pattern.test(agent))?.[1] ?? "This device";
}
