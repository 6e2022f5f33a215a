import { useState } from "preact/hooks";
import { Mark } from "../base/icons.tsx";
import { navigate } from "../base/router.ts";
import { signedIn } from "../base/session.ts";
import { deviceGuess, register } from "./passkey.ts";
import { usePasskey } from "./passkey-button.tsx";
import "./door.css";

/** The token is behind the `#`, which browsers do not send to any server. */
const readToken = () => window.location.hash.slice(1);

export default function InvitePage() {
  const [invite] = useState(readToken);
  const [name, setName] = useState(deviceGuess);
  const { busy, alert, start } = usePasskey(async () => {
    signedIn(await register(invite, name.trim()));
    navigate("/", { replace: true });
  });
  return (
    <main class="door">
      <Mark />
      <h1>Welcome to twobytwo</h1>
      {invite === "" ? (
        <p>
          This invite link is incomplete. Open the whole link, including the part after the #, or{" "}
          <a href="/">sign in</a>.
        </p>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <p>This creates a passkey on this device. You then sign in with its fingerprint, face or PIN.</p>
          <label class="field">
            <span>Device name</span>
            <input value={name} maxLength={60} required onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button button-main button-large" disabled={busy || name.trim() === ""}>
            {busy ? "Waiting for your device…" : "Create passkey"}
          </button>
          {alert}
        </form>
      )}
    </main>
  );
}
