import { useState } from "preact/hooks";
import { off } from "../base/button.tsx";
import { signInMessage } from "./passkey.ts";

/** Runs `act`, which waits for the person's passkey, and keeps what to say when it fails. */
export function usePasskey(act: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const start = async () => {
    setBusy(true);
    setFailure("");
    try {
      await act();
    } catch (error) {
      setFailure(signInMessage(error));
      setBusy(false);
    }
  };
  const alert = (
    <p class="mistake" role="alert">
      {failure}
    </p>
  );
  return { busy, alert, start: () => void start() };
}

export function SignInButton({ act }: { act: () => Promise<void> }) {
  const { busy, alert, start } = usePasskey(act);
  return (
    <>
      <button type="button" class="button button-main button-large" onClick={start} {...(busy && off)}>
        {busy ? "Waiting for your passkey…" : "Sign in with a passkey"}
      </button>
      {alert}
    </>
  );
}
