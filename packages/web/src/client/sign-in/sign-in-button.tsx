import { useState } from "preact/hooks";
import type { Session } from "../../contract-access.ts";
import { signIn, signInWords } from "./passkey.ts";

export function SignInButton({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const press = async () => {
    setBusy(true);
    setFailure("");
    try {
      onSignedIn(await signIn());
    } catch (error) {
      setFailure(signInWords(error));
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" class="button button-main button-large" disabled={busy} onClick={() => void press()}>
        {busy ? "Waiting for your passkey…" : "Sign in with a passkey"}
      </button>
      <p class="mistake" role="alert">
        {failure}
      </p>
    </>
  );
}
