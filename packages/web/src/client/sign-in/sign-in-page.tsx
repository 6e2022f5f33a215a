import { Mark } from "../base/icons.tsx";
import { signedIn } from "../base/session.ts";
import { SignInButton } from "./sign-in-button.tsx";
import "./door.css";

export default function SignInPage() {
  return (
    <main class="door">
      <Mark />
      <h1>twobytwo</h1>
      <SignInButton onSignedIn={signedIn} />
      <p class="quiet">
        A new device needs an invite: make one under Devices on a device that is signed in, or with{" "}
        <code>2x2 invite</code>.
      </p>
    </main>
  );
}
