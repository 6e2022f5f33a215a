import { Mark } from "../base/icons.tsx";
import { signedIn } from "../base/session.ts";
import { signIn } from "./passkey.ts";
import { SignInButton } from "./passkey-button.tsx";
import "./door.css";

export default function SignInPage() {
  return (
    <main class="door">
      <Mark />
      <h1>twobytwo</h1>
      <p>Posts an artist’s squares to X, one at a time, never the same one twice.</p>
      <SignInButton act={async () => signedIn(await signIn())} />
      <details>
        <summary>No passkey on this device?</summary>
        <ul>
          <li>
            Is it on your phone? Press the button, and choose a phone or another device in the browser’s question.
          </li>
          <li>On a device that is signed in, press “Invite a device” on the Devices page. Open the link here.</li>
          <li>
            No device is signed in? Whoever has set twobytwo up can run <code>2x2 invite</code>. Open the link that it
            prints here.
          </li>
        </ul>
      </details>
    </main>
  );
}
