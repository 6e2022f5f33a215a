import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { ApiError, wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { titleOf } from "../base/format.ts";
import { squaresChanged } from "../base/overview.ts";
import { toastDone } from "../base/toasts.tsx";
import { acts } from "./square-acts.ts";

/** The digits at the end of a post's address, or alone. */
const tweetIdIn = (words: string) => /(?:^|\/status\/)(\d{1,19})(?:[/?#]|$)/.exec(words.trim())?.[1];

/** The two ways to decide a held square. Only a person can tell which, by a look at X. */
export function HeldSwitches({ square }: { square: SquareCard }) {
  const [busy, setBusy] = useState(false);
  /** Why the post was not found: then the person has to say where it is. */
  const [unknown, setUnknown] = useState<string>();
  const [address, setAddress] = useState("");
  const putBack = async () => {
    setBusy(true);
    await acts.requeue(square);
    setBusy(false);
  };
  const confirm = async (tweetId?: string) => {
    setBusy(true);
    try {
      await api.confirm(square.id, tweetId === undefined ? {} : { tweetId });
      toastDone(`“${titleOf(square)}” counts as posted.`);
      squaresChanged();
    } catch (error) {
      setUnknown(wordsOf(error));
      if (error instanceof ApiError && error.problem.type === "changed") squaresChanged();
    } finally {
      setBusy(false);
    }
  };
  const tweetId = tweetIdIn(address);
  return (
    <>
      <button type="button" class="button" disabled={busy} onClick={() => void putBack()}>
        Not posted: back to the queue
      </button>
      <button type="button" class="button" disabled={busy} onClick={() => void confirm()}>
        It was posted
      </button>
      {unknown !== undefined && (
        <form
          class="inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (tweetId !== undefined) void confirm(tweetId);
          }}
        >
          <p class="mistake" role="alert">
            {unknown}
          </p>
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
            This is it
          </button>
        </form>
      )}
    </>
  );
}
