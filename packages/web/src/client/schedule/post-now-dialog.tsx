import { Dialog } from "../base/dialog.tsx";
import { api } from "../base/endpoints.ts";
import { titleOf } from "../base/format.ts";
import { overview } from "../base/overview.ts";
import { PostPreview } from "../square/post-preview.tsx";
import { postAndFollow } from "./schedule-acts.ts";

/** Shows exactly what goes out before it does: a post is public at once. */
export default function PostNowDialog({ onClose }: { onClose: () => void }) {
  const square = overview.value?.next?.square;
  if (square === undefined) return null;
  return (
    <Dialog title="Post the next square now?" onClose={onClose}>
      <PostPreview square={square} />
      <p class="quiet">The rhythm stays as it is: the square after it comes at the next usual time.</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Not now
        </button>
        <button
          type="button"
          class="button button-main"
          onClick={() => {
            onClose();
            void postAndFollow(api.postNow, titleOf(square));
          }}
        >
          Post now
        </button>
      </div>
    </Dialog>
  );
}
