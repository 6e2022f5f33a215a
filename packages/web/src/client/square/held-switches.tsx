import { useRef, useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import type { Candidates } from "../../contract-review.ts";
import { countWords, fullWords } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { timeZone } from "../base/overview.ts";
import { AddressForm } from "./address-form.tsx";
import { CandidateList } from "./candidate-list.tsx";
import { PutBackDialog } from "./put-back-dialog.tsx";
import { acts } from "./square-acts.ts";
import "./held.css";

/** The ways to decide a held square, beside all that is known of its post. Only a person can tell, by a look at X. */
export function HeldSwitches({ square }: { square: SquareDetail }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [seen, setSeen] = useState<Candidates>();
  const section = useRef<HTMLElement>(null);
  const { sending, tweetId, postUrl } = square;
  const decide = async (act: () => Promise<boolean>) => {
    setBusy(true);
    // The pressed button is gone once it is decided: whoever uses a keyboard goes on from the top.
    const heading = section.current?.closest("dialog")?.querySelector("h2");
    if (await act()) heading?.focus();
    setBusy(false);
  };
  const confirm = (id: string) => void decide(() => acts.confirm(square, id));
  const putBack = () => void decide(() => acts.requeue(square));
  return (
    <section class="held-decision" ref={section} aria-label="What became of it">
      <p class="held-known">{knownWords(square)}</p>
      {tweetId !== undefined && (
        <div class="switches">
          <button type="button" class="button button-main" disabled={busy} onClick={() => confirm(tweetId)}>
            It was posted
          </button>
          <a {...(postUrl !== undefined && { href: postUrl })} target="_blank" rel="noreferrer">
            See the post <Icon name="external" />
          </a>
        </div>
      )}
      {sending !== undefined && (
        <CandidateList square={square} seen={seen} onSeen={setSeen} busy={busy} onChoose={confirm} />
      )}
      <div class="switches">
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() => (sending === undefined && tweetId === undefined ? putBack() : setAsking(true))}
        >
          {sending === undefined ? "Back into the queue" : "It was not posted: back into the queue"}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => void decide(() => acts.withdraw(square))}>
          Withdraw
        </button>
      </div>
      <AddressForm busy={busy} onChoose={confirm} />
      {asking && (
        <PutBackDialog
          square={square}
          out={seen?.candidates.find(({ sameMedia }) => sameMedia)}
          onClose={() => setAsking(false)}
          onPutBack={putBack}
        />
      )}
    </section>
  );
}

/** What the row shows, and no more. */
function knownWords({ sending, tweetId }: SquareDetail): string {
  if (tweetId !== undefined) return `X has answered that it is out, as post ${tweetId}.`;
  if (sending === undefined) return "No post of it can be out, as far as its row shows. What held it is said above.";
  const { at, resends, looks } = sending;
  const when = at === undefined ? "It may have been sent" : `It was sent on ${fullWords(at, timeZone.value)}`;
  const again = resends === 0 ? "" : `, and ${countWords(resends, "time")} again`;
  const unseen = looks === 0 ? "" : ` ${countWords(looks, "look")} at the account since then did not see it.`;
  return `${when}${again}, and nobody knows whether it is out.${unseen}`;
}
