import { signal } from "@preact/signals";
import type { Session } from "../../contract-access.ts";
import { passkeyQuestion, request, signInQuestion, Unreachable } from "./request.ts";
import { forgetSeen } from "./seen.ts";

/** Undefined until the server has said who this is. */
export const session = signal<Session | undefined>(undefined);

const storageKey = "session";

/** Who was signed in here last. Enough to open the app and to scan without a network; the server checks everything else. */
function lastSession(): Session | undefined {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function keepSession(now: Session): void {
  session.value = now;
  if (!now.signedIn) void forgetSeen();
  try {
    if (now.signedIn) localStorage.setItem(storageKey, JSON.stringify(now));
    else localStorage.removeItem(storageKey);
  } catch {
    // A browser without storage needs the network to open the app.
  }
}

/** @throws Unreachable if there is no network and nobody was signed in here before. */
export async function loadSession(): Promise<void> {
  try {
    keepSession(await request<Session>("GET", "/session", { withoutSession: true }));
  } catch (error) {
    const last = lastSession();
    if (!(error instanceof Unreachable) || last === undefined) throw error;
    session.value = last;
  }
}

/** Lets every waiting request go on; a sign-in counts as a confirmation with the passkey. */
export function signedIn(now: Session): void {
  keepSession(now);
  signInQuestion.resolve();
  passkeyQuestion.resolve();
}

export async function signOut(): Promise<void> {
  await request("POST", "/auth/sign-out");
  keepSession({ signedIn: false, stage: session.peek()?.stage ?? "" });
  // A fresh page forgets all that was loaded for the person.
  window.location.assign("/");
}
