import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { api } from "../base/endpoints.ts";
import { titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { squaresChanged } from "../base/overview.ts";
import { closeSquare } from "../base/router.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import { postAndFollow } from "../schedule/schedule-acts.ts";
import { PostDialog } from "./post-dialog.tsx";
import { acts } from "./square-acts.ts";
import { UnpostDialog } from "./unpost-dialog.tsx";

async function move(square: SquareCard, to: "top" | "end"): Promise<void> {
  try {
    await api.move(square.id, to);
    toastDone(`“${titleOf(square)}” is ${to === "top" ? "the next" : "at the end"}.`);
  } catch (error) {
    toastFailed("It could not be moved.", error);
  }
  squaresChanged();
}

/** What can be done with a square in its status; only what is possible is there. */
export function SquareSwitches({ square }: { square: SquareCard }) {
  const [asking, setAsking] = useState<"post" | "unpost">();
  const { status } = square;
  const done = () => setAsking(undefined);
  return (
    <div class="switches">
      {status === "queued" && (
        <>
          <button type="button" class="button" onClick={() => setAsking("post")}>
            <Icon name="send" /> Post now
          </button>
          <button type="button" class="button" onClick={() => void move(square, "top")}>
            To the top
          </button>
          <button type="button" class="button" onClick={() => void move(square, "end")}>
            To the end
          </button>
          <button type="button" class="button" onClick={() => void acts.toDraft(square)}>
            Make it a draft
          </button>
        </>
      )}
      {(status === "draft" || status === "withdrawn") && (
        <>
          <button type="button" class="button button-main" onClick={() => void acts.requeue(square)}>
            Into the queue
          </button>
          <button type="button" class="button" onClick={() => void acts.requeue(square, true)}>
            As the next
          </button>
        </>
      )}
      {(status === "queued" || status === "draft") && (
        <button type="button" class="button" onClick={() => void acts.withdraw(square)}>
          Withdraw
        </button>
      )}
      {status === "posted" && (
        <>
          {square.postUrl && (
            <a class="button" href={square.postUrl} target="_blank" rel="noreferrer">
              See the post <Icon name="external" />
            </a>
          )}
          <button type="button" class="button" onClick={() => setAsking("unpost")}>
            <Icon name="trash" /> Delete from X…
          </button>
        </>
      )}
      {asking === "unpost" && <UnpostDialog square={square} onClose={done} />}
      {asking === "post" && (
        <PostDialog
          title={`Post “${titleOf(square)}” now?`}
          square={square}
          onClose={done}
          onPost={() => {
            closeSquare();
            void postAndFollow(() => api.post(square.id), titleOf(square));
          }}
        />
      )}
    </div>
  );
}
