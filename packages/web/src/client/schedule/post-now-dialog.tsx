import { api } from "../base/endpoints.ts";
import { titleOf } from "../base/format.ts";
import { overview } from "../base/overview.ts";
import { PostDialog } from "../square/post-dialog.tsx";
import { postAndFollow } from "./schedule-acts.ts";

/** Posts the head of the queue beside its rhythm. */
export default function PostNowDialog({ onClose }: { onClose: () => void }) {
  const square = overview.value?.next?.square;
  if (square === undefined) return null;
  return (
    <PostDialog
      title="Post the next square now?"
      square={square}
      onClose={onClose}
      onPost={() => void postAndFollow(api.postNow, titleOf(square))}
    >
      <p class="quiet">The rhythm stays as it is: the square after it comes at the next usual time.</p>
    </PostDialog>
  );
}
