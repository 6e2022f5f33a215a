import { useEffect } from "preact/hooks";
import { Dialog } from "../base/dialog.tsx";
import { loadSession, session, signedIn } from "../base/session.ts";
import { toastDone } from "../base/toasts.tsx";
import { SignInButton } from "./sign-in-button.tsx";
import "./door.css";

/** Somebody may have signed in in another tab, as with a new invite after this device was revoked. */
async function lookAgain(): Promise<void> {
  await loadSession();
  if (session.value?.signedIn) signedIn(session.value);
}

/** Lies above whatever was being done, which then goes on. */
export default function SignInAgain() {
  useEffect(() => {
    // Without a network there is nothing to find out, and the next look is not far.
    const look = () => void lookAgain().catch(() => undefined);
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return (
    <Dialog title="Sign in again" closable={false} onClose={() => undefined}>
      <p>Your session has ended. Everything on this page, and what you wrote, is still here and goes on afterwards.</p>
      <SignInButton
        onSignedIn={(now) => {
          signedIn(now);
          toastDone("You are signed in again.");
        }}
      />
      <p class="quiet">Was this device revoked? Open a new invite in another tab, then come back.</p>
    </Dialog>
  );
}
