import { signal } from "@preact/signals";
import type { Session } from "../../contract-access.ts";
import { NotConfirmed, request, Unreachable, whenNotProven, whenSignedOut } from "./api.ts";

/** Undefined until the server has said who this is. */
export const session = signal<Session | undefined>(undefined);

/** A session ended while the app was open: the page below stays as it is until the person has signed in again. */
export const signInWanted = signal(false);

/** Something that cannot be undone waits for the passkey. */
export const proofWanted = signal(false);

let waiting: PromiseWithResolvers<void> | undefined;
let unproven: PromiseWithResolvers<void> | undefined;

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

whenNotProven(() => {
  unproven ??= Promise.withResolvers<void>();
  proofWanted.value = true;
  return unproven.promise;
});

/** What waited for the passkey is done or, where the person does not want to confirm it, given up. */
export function answeredProof(isConfirmed: boolean): void {
  const waited = unproven;
  unproven = undefined;
  proofWanted.value = false;
  if (isConfirmed) waited?.resolve();
  else waited?.reject(new NotConfirmed());
}

/** Everything that waited for the person goes on; who has just signed in has confirmed with it. */
export function signedIn(now: Session): void {
  keepSession(now);
  signInWanted.value = false;
  waiting?.resolve();
  waiting = undefined;
  answeredProof(true);
}

export async function signOut(): Promise<void> {
  await request("POST", "/auth/sign-out");
  keepSession({ signedIn: false, stage: session.peek()?.stage ?? "" });
  // A fresh page forgets all that was loaded for the person.
  window.location.assign("/");
}
