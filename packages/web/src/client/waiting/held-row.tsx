import { useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { titleOf } from "../base/format.ts";
import { PictureLink } from "../base/picture.tsx";
import { plainWords } from "../base/plain-words.ts";
import { squarePath } from "../base/router.ts";
import { Trouble } from "../base/trouble.tsx";
import { useBusy } from "../base/use-busy.ts";
import { actions } from "../square/actions.ts";
import { PutBackDialog } from "../square/review.tsx";
import HeldPicture from "./held-picture.tsx";

const compare = "Look at the account before you return it to the queue.";

/** A square that X refused, or that may have been posted, with everything that can be done about it. */
export function HeldRow({ square }: { square: SquareCard }) {
  const [busy, run] = useBusy();
  const [asking, setAsking] = useState(false);
  const { tweetId, maybePosted, lastError } = square;
  const title = titleOf(square);
  const isSure = tweetId === undefined && !maybePosted;
  const of = <span class="visually-hidden"> “{title}”</span>;
  const putBack = () => void run(() => actions.requeue(square));
  return (
    <li class="row held-row">
      <PictureLink id={square.id} src={square.thumbnailUrl} size={96} />
      <div class="row-words">
        <a class="row-title" href={squarePath(square.id)}>
          {title}
        </a>
        {lastError && (
          <div class="held-reason">
            <Trouble told={plainWords(lastError.message, lastError.name)} />
            {!isSure && <p>{tweetId === undefined ? compare : "X confirmed the post."}</p>}
          </div>
        )}
        <div class="switches">
          {tweetId !== undefined ? (
            <Button disabled={busy} onClick={() => void run(() => actions.confirm(square, tweetId))}>
              <span>It was posted{of}</span>
            </Button>
          ) : (
            <a class="button" href={squarePath(square.id)}>
              <span>It was posted…{of}</span>
            </a>
          )}
          <Button disabled={busy} onClick={() => (isSure ? putBack() : setAsking(true))}>
            <span>Return to queue{of}</span>
          </Button>
          {isSure && <HeldPicture square={square} />}
          <Button disabled={busy} onClick={() => void run(() => actions.withdraw(square))}>
            <span>Withdraw{of}</span>
          </Button>
        </div>
      </div>
      {asking && (
        <PutBackDialog square={square} found={undefined} onClose={() => setAsking(false)} onPutBack={putBack} />
      )}
    </li>
  );
}
