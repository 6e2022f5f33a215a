import { useEffect } from "preact/hooks";
import { Dialog } from "../base/dialog.tsx";
import { toastDone } from "../base/messages.tsx";
import { loadSession, session, signedIn } from "../base/session.ts";
import { signIn } from "./passkey.ts";
import { SignInButton } from "./passkey-button.tsx";
import "./door.css";

/** The person may have signed in in another tab, for example with a new invite after this device was revoked. */
async function lookAgain(): Promise<void> {
  await loadSession();
  if (session.value?.signedIn) signedIn(session.value);
}

/** Appears above the page, which continues once the person has signed in. */
export default function SignInAgain() {
  useEffect(() => {
    // A failure here does not matter: the next look is soon.
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
      <p>Your session has ended. Nothing on this page is lost, including what you typed.</p>
      <SignInButton
        act={async () => {
          signedIn(await signIn());
          toastDone("You are signed in again.");
        }}
      />
      <p class="quiet">Was this device revoked? Open a new invite in another tab, then come back here.</p>
    </Dialog>
  );
}
