import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { NotConfirmed, passkeyQuestion } from "../base/request.ts";
import { confirmWithPasskey } from "./passkey.ts";
import { usePasskey } from "./passkey-button.tsx";

/** Appears above the page when a request needs the passkey; the request then goes on, or fails if the person cancels. */
export default function ConfirmDialog() {
  const { busy, alert, start } = usePasskey(async () => {
    await confirmWithPasskey();
    passkeyQuestion.resolve();
  });
  const cancel = () => passkeyQuestion.reject(new NotConfirmed());
  return (
    <Dialog title="Confirm it’s you" onClose={cancel}>
      <p>This needs your passkey. Nothing has been done yet.</p>
      {alert}
      <div class="dialog-actions">
        <Button onClick={cancel}>Cancel</Button>
        <Button main disabled={busy} onClick={start}>
          {busy ? "Waiting for your passkey…" : "Confirm with your passkey"}
        </Button>
      </div>
    </Dialog>
  );
}
