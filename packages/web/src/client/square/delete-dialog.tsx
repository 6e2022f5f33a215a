import type { SquareCard } from "../../contract.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { closeSquare } from "../base/router.ts";
import { useBusy } from "../base/use-busy.ts";
import { actions, mayBeOut } from "./actions.ts";

/** Asks before a square and its files are gone. */
export function DeleteDialog({ square, onClose }: { square: SquareCard; onClose: () => void }) {
  const [busy, run] = useBusy();
  const remove = () =>
    void run(async () => {
      if (await actions.delete(square)) closeSquare();
      else onClose();
    });
  return (
    <Dialog title={`Delete “${titleOf(square)}” for good?`} onClose={onClose}>
      <p>The picture, its original and its words are deleted. This cannot be undone.</p>
      {square.postUrl !== undefined && (
        <p>
          <OutsideLink href={square.postUrl}>Its post</OutsideLink> stays on X{square.bluesky?.url && " and Bluesky"}.
          To remove the post as well, choose “Delete post…” first.
        </p>
      )}
      {square.postUrl === undefined && mayBeOut(square) && <p>It may have been posted. A post stays where it is.</p>}
      <div class="choices">
        <Button disabled={busy} onClick={remove}>
          Delete for good
        </Button>
        <Button main disabled={busy} onClick={onClose}>
          Keep it
        </Button>
      </div>
    </Dialog>
  );
}
