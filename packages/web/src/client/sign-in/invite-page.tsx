import { useEffect, useState } from "preact/hooks";
import { off } from "../base/button.tsx";
import { Mark } from "../base/icons.tsx";
import { navigate } from "../base/router.ts";
import { signedIn } from "../base/session.ts";
import { deviceGuess, refusalOf, register } from "./passkey.ts";
import { usePasskey } from "./passkey-button.tsx";
import "./door.css";

/** The token is behind the `#`, which browsers do not send to any server. */
const readToken = () => window.location.hash.slice(1);

export default function InvitePage() {
  const [invite] = useState(readToken);
  const [name, setName] = useState(deviceGuess);
  const [looked, setLooked] = useState<{ refusal?: string | undefined }>();
  useEffect(() => {
    if (invite === "")
      setLooked({ refusal: "This invite link is incomplete. Open the whole link, including the part after the #." });
    else void refusalOf(invite).then((refusal) => setLooked({ refusal }));
  }, []);
  const { busy, alert, start } = usePasskey(async () => {
    signedIn(await register(invite, name.trim()));
    navigate("/", { replace: true });
  });
  return (
    <main class="door">
      <Mark />
      <h1>{looked?.refusal === undefined ? "Welcome to twobytwo" : "This link does not work"}</h1>
      {looked?.refusal !== undefined ? (
        <>
          <p role="alert">{looked.refusal}</p>
          <p class="quiet">
            A link works once, and for one day. For a new one, press “Invite a device” on the Devices page of a device
            that is signed in, or run <code>2x2 invite</code>.
          </p>
        </>
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
          <button
            type="submit"
            class="button button-main button-large"
            {...((busy || looked === undefined || name.trim() === "") && off)}
          >
            {busy ? "Waiting for your device…" : "Create passkey"}
          </button>
          {alert}
        </form>
      )}
      <p>
        <a href="/">Sign in with a passkey that you have</a>
      </p>
    </main>
  );
}
