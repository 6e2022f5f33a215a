import { signal } from "@preact/signals";
import type { Session } from "../../contract.ts";
import { request, Unreachable, whenSignedOut } from "./api.ts";

/** Undefined until the server has said who this is. */
export const session = signal<Session | undefined>(undefined);

/** A session ended while the app was open: the page below stays as it is until the person has signed in again. */
export const signInWanted = signal(false);

let waiting: PromiseWithResolvers<void> | undefined;

const place = "session";

/** Who was signed in here last: enough to open the app and to scan without a network; the server decides on everything else. */
function lastSession(): Session | undefined {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function keepSession(now: Session): void {
  session.value = now;
  try {
    if (now.signedIn) localStorage.setItem(place, JSON.stringify(now));
    else localStorage.removeItem(place);
  } catch {
    // A browser that keeps nothing needs the network to open the app.
  }
}

/** @throws Unreachable where there is no network, and nobody was signed in here before. */
export async function loadSession(): Promise<void> {
  try {
    keepSession(await request<Session>("GET", "/session", { withoutSession: true }));
  } catch (error) {
    const last = lastSession();
    if (!(error instanceof Unreachable) || last === undefined) throw error;
    session.value = last;
  }
}

whenSignedOut(() => {
  if (waiting === undefined) {
    waiting = Promise.withResolvers<void>();
    signInWanted.value = true;
  }
  return waiting.promise;
});

/** Everything that waited for the person goes on. */
export function signedIn(now: Session): void {
  keepSession(now);
  signInWanted.value = false;
  waiting?.resolve();
  waiting = undefined;
}

export async function signOut(): Promise<void> {
  await request("POST", "/auth/sign-out");
  keepSession({ signedIn: false, stage: session.peek()?.stage ?? "" });
  // A fresh page forgets all that was loaded for the person.
  window.location.assign("/");
}
