import type { ComponentChildren } from "preact";
import type { SquareCard } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { postAndFollow } from "./post-now.ts";
import { PostPreview } from "./post-preview.tsx";

export interface PostNowProps {
  title: string;
  square: SquareCard;
  /** Starts the run. */
  start: () => Promise<{ execution: string }>;
  onClose: () => void;
  children?: ComponentChildren;
}

/** Shows exactly what will be posted before it is: a post is public at once. */
export default function PostNowDialog({ title, square, start, onClose, children }: PostNowProps) {
  const post = () => {
    onClose();
    void postAndFollow(start, titleOf(square));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <PostPreview square={square} />
      {children}
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button main onClick={post}>
          Post now
        </Button>
      </div>
    </Dialog>
  );
}
