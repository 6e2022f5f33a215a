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
      <SignInButton act={async () => signedIn(await signIn())} />
      <p class="quiet">
        A new device needs an invite. Create one under Devices on a device that is signed in, or run{" "}
        <code>2x2 invite</code>.
      </p>
    </main>
  );
}
