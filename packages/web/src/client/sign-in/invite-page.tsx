import { useState } from "preact/hooks";
import { Mark } from "../base/icons.tsx";
import { navigate } from "../base/router.ts";
import { signedIn } from "../base/session.ts";
import { deviceGuess, register, signInWords } from "./passkey.ts";
import "./door.css";

/** The token stands behind the `#`, which browsers send to nobody. */
const readToken = () => window.location.hash.slice(1);

export default function InvitePage() {
  const [invite] = useState(readToken);
  const [name, setName] = useState(deviceGuess);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      signedIn(await register(invite, name.trim()));
      navigate("/", { replace: true });
    } catch (error) {
      setFailure(signInWords(error));
      setBusy(false);
    }
  };
  return (
    <main class="door">
      <Mark />
      <h1>Welcome to twobytwo</h1>
      {invite === "" ? (
        <p>
          This invite is not complete: open the whole link, with all that stands behind the #. <a href="/">Sign in</a>{" "}
          instead.
        </p>
      ) : (
        <form class="stack" onSubmit={submit}>
          <p>
            This link makes one passkey on this device. From then on its fingerprint, face or PIN opens the gallery.
          </p>
          <label class="field">
            <span>Name of this device</span>
            <input value={name} maxLength={60} required onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button button-main button-large" disabled={busy || name.trim() === ""}>
            {busy ? "Waiting for your device…" : "Make a passkey"}
          </button>
          <p class="mistake" role="alert">
            {failure}
          </p>
        </form>
      )}
    </main>
  );
}
