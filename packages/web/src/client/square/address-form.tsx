import { useState } from "preact/hooks";

/** The digits at the end of a post's address, or alone. */
const tweetIdIn = (words: string) => /(?:^|\/status\/)(\d{1,19})(?:[/?#]|$)/.exec(words.trim())?.[1];

/** For a post that no look shows, and that a person has before their eyes. */
export function AddressForm({ busy, onChoose }: { busy: boolean; onChoose: (tweetId: string) => void }) {
  const [address, setAddress] = useState("");
  const tweetId = tweetIdIn(address);
  return (
    <details class="held-other">
      <summary>It is a post that is not shown here</summary>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (tweetId !== undefined) onChoose(tweetId);
        }}
      >
        <label class="field">
          <span>Address of the post</span>
          <input
            value={address}
            placeholder="https://x.com/…/status/…"
            autocomplete="off"
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button" disabled={busy || tweetId === undefined}>
          It is this post
        </button>
      </form>
    </details>
  );
}
