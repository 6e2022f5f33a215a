import type { SquareCard } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { useBusy } from "../base/use-busy.ts";
import { actions } from "./actions.ts";

/** Asks what happens to the square before its post is deleted. */
export function UnpostDialog({ square, onClose }: { square: SquareCard; onClose: () => void }) {
  const [busy, run] = useBusy();
  const choose = (then: "queue" | "withdraw") => () =>
    void run(async () => {
      await actions.unpost(square, then);
      onClose();
    });
  return (
    <Dialog title={`Delete the post of “${titleOf(square)}”?`} onClose={onClose}>
      <p>
        The post disappears from X{square.bluesky?.url && " and Bluesky"} with its likes and replies. This cannot be
        undone. The picture stays here.
      </p>
      <div class="choices">
        <Button disabled={busy} onClick={choose("queue")}>
          Delete and return to the end of the queue
        </Button>
        <Button disabled={busy} onClick={choose("withdraw")}>
          Delete and withdraw the square
        </Button>
        <Button main disabled={busy} onClick={onClose}>
          Keep the post
        </Button>
      </div>
    </Dialog>
  );
}
