import { useState } from "preact/hooks";
import { Dialog } from "../base/dialog.tsx";
import { answeredProof } from "../base/session.ts";
import { confirmWithPasskey, signInWords } from "./passkey.ts";

/** Lies above whatever was being done, which goes on once the person has answered with the passkey. */
export default function ConfirmDialog() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const press = async () => {
    setBusy(true);
    setFailure("");
    try {
      await confirmWithPasskey();
      answeredProof(true);
    } catch (error) {
      setFailure(signInWords(error));
      setBusy(false);
    }
  };
  const cancel = () => answeredProof(false);
  return (
    <Dialog title="Confirm that it is you" onClose={cancel}>
      <p>
        What cannot be undone, and what lets a device in or out, needs your passkey once more. Nothing is done yet, and
        what you wrote stays.
      </p>
      <p class="mistake" role="alert">
        {failure}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
        <button type="button" class="button button-main" disabled={busy} onClick={() => void press()}>
          {busy ? "Waiting for your passkey…" : "Confirm with your passkey"}
        </button>
      </div>
    </Dialog>
  );
}
