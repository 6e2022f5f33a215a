import { useEffect } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { account, loadAccount } from "../base/account.ts";
import { AccountLine } from "../base/account-line.tsx";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { online, overview } from "../base/overview.ts";
import { postAndFollow } from "./post-now.ts";
import { postNowFacts } from "./post-now-facts.ts";
import { PostPreview } from "./post-preview.tsx";

export interface PostNowProps {
  title: string;
  square: SquareCard;
  /** Starts the run. */
  start: () => Promise<{ execution: string }>;
  onClose: () => void;
}

/** Shows exactly what will be posted, what it costs and what is missing, before it is: a post is public at once. */
export default function PostNowDialog({ title, square, start, onClose }: PostNowProps) {
  useEffect(() => void loadAccount(), []);
  const now = overview.value;
  const { cost, blocks, lacks } = now ? postNowFacts(square, now, account.value) : { cost: "", blocks: [], lacks: [] };
  const post = () => {
    onClose();
    void postAndFollow(start, titleOf(square));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="post-now">
        <PostPreview square={square} />
      </div>
      {account.value?.state !== "known" && <AccountLine />}
      <p>{cost}</p>
      {[...blocks, ...lacks].length > 0 && (
        <ul class="lacks" aria-label="Before you post">
          {[...blocks, ...lacks].map((text) => (
            <li key={text} class={blocks.includes(text) ? "mistake" : ""}>
              <Icon name="warning" /> <span>{text}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">The schedule does not change: the next square is posted at its usual time.</p>
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button main disabled={blocks.length > 0 || !online.value} onClick={post}>
          Post now
        </Button>
      </div>
    </Dialog>
  );
}
