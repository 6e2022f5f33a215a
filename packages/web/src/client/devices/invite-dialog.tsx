import { generate } from "lean-qr";
import { useEffect, useRef } from "preact/hooks";
import type { Invite } from "../../contract-access.ts";
import { Dialog } from "../base/dialog.tsx";
import { timeWords } from "../base/format.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import "./devices.css";

/** A one-time link for another device, to be scanned or copied. */
export function InviteDialog({ invite, onClose }: { invite: Invite; onClose: () => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    // Always dark on light: many cameras do not read it the other way round.
    if (canvas.current) generate(invite.url).toCanvas(canvas.current, { on: [0, 0, 0], off: [255, 255, 255], pad: 4 });
  }, [invite.url]);
  const copy = () =>
    navigator.clipboard.writeText(invite.url).then(
      () => toastDone("The link is copied."),
      (error: unknown) => toastFailed("It could not be copied: select it by hand.", error),
    );
  return (
    <Dialog title="Invite a device" onClose={onClose}>
      <div class="invite">
        <canvas ref={canvas} class="qr" role="img" aria-label="The link as a QR code" />
        <p>
          Scan this with the other device, or open the link there. It works once, until{" "}
          {timeWords(invite.expiresAt, { now: new Date() })}. Whoever opens it can post in your name.
        </p>
        <label class="field">
          <span>Link</span>
          <input readOnly value={invite.url} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <button type="button" class="button" onClick={() => void copy()}>
          Copy the link
        </button>
      </div>
    </Dialog>
  );
}
