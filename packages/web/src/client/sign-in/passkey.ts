import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import type { Session } from "../../contract-access.ts";
import { ApiError, request, wordsOf } from "../base/api.ts";

const post = <Answer>(path: string, body: unknown) =>
  request<Answer>("POST", `/auth/${path}`, { body, withoutSession: true });

/** Signs in with a passkey of this device. */
export async function signIn(): Promise<Session> {
  const optionsJSON = await post<PublicKeyCredentialRequestOptionsJSON>("sign-in/options", {});
  return post<Session>("sign-in", { response: await startAuthentication({ optionsJSON }) });
}

/** Answers with the passkey of the session's own device, so that what cannot be undone is done. */
export async function confirmWithPasskey(): Promise<void> {
  const options = await request<PublicKeyCredentialRequestOptionsJSON>("POST", "/session/proof/options");
  const response = await startAuthentication({ optionsJSON: options });
  await request<void>("POST", "/session/proof", { body: { response } });
}

/** Makes a passkey on this device with an invite, which then is used up. */
export async function register(invite: string, deviceName: string): Promise<Session> {
  const optionsJSON = await post<PublicKeyCredentialCreationOptionsJSON>("invite/options", { invite });
  return post<Session>("invite", { invite, deviceName, response: await startRegistration({ optionsJSON }) });
}

/** What to tell a person; most failures are a person who changed their mind. */
export function signInWords(error: unknown): string {
  if (error instanceof ApiError) return wordsOf(error);
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "It was not confirmed. Try again when you are ready.";
  if (name === "InvalidStateError") return "This device has a passkey for twobytwo already: sign in with it.";
  return wordsOf(error);
}

/** Guesses what the device is called, for the list of devices. */
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
