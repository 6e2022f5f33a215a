import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { acts } from "./square-acts.ts";

/** Deletes a post once a person has said what becomes of the square. */
export function UnpostDialog({ square, onClose }: { square: SquareCard; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const choose = (then: "queue" | "withdraw") => async () => {
    setBusy(true);
    await acts.unpost(square, then);
    onClose();
  };
  return (
    <Dialog title={`Delete the post of “${titleOf(square)}”?`} onClose={onClose}>
      <p>The post disappears from X with its likes and answers, and cannot be brought back. The picture stays here.</p>
      <div class="choices">
        <button type="button" class="button" disabled={busy} onClick={choose("queue")}>
          Delete, and put it back at the end of the queue
        </button>
        <button type="button" class="button" disabled={busy} onClick={choose("withdraw")}>
          Delete, and withdraw the square
        </button>
        <button type="button" class="button button-main" disabled={busy} onClick={onClose}>
          Keep the post
        </button>
      </div>
    </Dialog>
  );
}
