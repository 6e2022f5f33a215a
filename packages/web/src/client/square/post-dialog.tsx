import type { ComponentChildren } from "preact";
import type { SquareCard } from "../../contract.ts";
import { Dialog } from "../base/dialog.tsx";
import { PostPreview } from "./post-preview.tsx";

interface PostDialogProps {
  title: string;
  square: SquareCard;
  onPost: () => void;
  onClose: () => void;
  children?: ComponentChildren;
}

/** Shows exactly what goes out before it does: a post is public at once. */
export function PostDialog({ title, square, onPost, onClose, children }: PostDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <PostPreview square={square} />
      {children}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Not now
        </button>
        <button
          type="button"
          class="button button-main"
          onClick={() => {
            onClose();
            onPost();
          }}
        >
          Post now
        </button>
      </div>
    </Dialog>
  );
}
