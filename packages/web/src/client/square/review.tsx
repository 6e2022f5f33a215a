import { useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import type { Candidate, Candidates } from "../../contract-review.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatCount, formatDate, titleOf } from "../base/format.ts";
import { useBusy } from "../base/use-busy.ts";
import { actions } from "./actions.ts";
import { CandidateList } from "./candidate-list.tsx";
import "./review.css";

/** What is known of a held square's post, and the ways to decide on it. Only a person who looks at X can tell. */
export function Review({ square }: { square: SquareDetail }) {
  const [busy, run] = useBusy();
  const [asking, setAsking] = useState(false);
  const [seen, setSeen] = useState<Candidates>();
  const section = useRef<HTMLElement>(null);
  const { sending, tweetId, postUrl } = square;
  const decide = (act: () => Promise<boolean>) =>
    run(async () => {
      // The pressed button disappears with the decision: the keyboard focus goes to the top.
      const heading = section.current?.closest("dialog")?.querySelector("h2");
      if (await act()) heading?.focus();
    });
  const confirm = (id: string) => void decide(() => actions.confirm(square, id));
  const putBack = () => void decide(() => actions.requeue(square));
  return (
    <section class="held-decision" ref={section} aria-label="Was it posted?">
      <p class="held-known">{knownFacts(square)}</p>
      {tweetId !== undefined && (
        <div class="switches">
          <Button main disabled={busy} onClick={() => confirm(tweetId)}>
            Mark as posted
          </Button>
          <OutsideLink href={postUrl}>View post</OutsideLink>
        </div>
      )}
      {sending !== undefined && (
        <CandidateList square={square} seen={seen} onSeen={setSeen} busy={busy} onChoose={confirm} />
      )}
      <div class="switches">
        <Button
          disabled={busy}
          onClick={() => (sending === undefined && tweetId === undefined ? putBack() : setAsking(true))}
        >
          {sending === undefined ? "Return to queue" : "Not posted: return to queue"}
        </Button>
        <Button disabled={busy} onClick={() => void decide(() => actions.withdraw(square))}>
          Withdraw
        </Button>
      </div>
      <AddressForm busy={busy} onChoose={confirm} />
      {asking && (
        <PutBackDialog
          square={square}
          found={seen?.candidates.find(({ sameMedia }) => sameMedia)}
          onClose={() => setAsking(false)}
          onPutBack={putBack}
        />
      )}
    </section>
  );
}

/** What the row shows, and no more. */
function knownFacts({ sending, tweetId }: SquareDetail): string {
  if (tweetId !== undefined) return `X confirmed the post, with the ID ${tweetId}.`;
  if (sending === undefined) return "As far as its record shows, it was not sent to X. The reason it is held is above.";
  const { at, resends, looks } = sending;
  const when = at === undefined ? "It may have been sent" : `It was sent on ${formatDate(at)}`;
  const again = resends === 0 ? "" : resends === 1 ? " and once more" : ` and ${resends} more times`;
  const unseen = looks === 0 ? "" : ` ${formatCount(looks, "check")} of the account since then did not find it.`;
  return `${when}${again}. Whether it was posted is unknown.${unseen}`;
}

/** The digits at the end of a post's address, or alone. */
const tweetIdIn = (text: string) => /(?:^|\/status\/)(\d{1,19})(?:[/?#]|$)/.exec(text.trim())?.[1];

/** For a post that no check shows, but that the person can see on X. */
function AddressForm({ busy, onChoose }: { busy: boolean; onChoose: (tweetId: string) => void }) {
  const [address, setAddress] = useState("");
  const tweetId = tweetIdIn(address);
  return (
    <details class="held-other">
      <summary>The post is not listed here</summary>
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
        <Button type="submit" disabled={busy || tweetId === undefined}>
          Use this post
        </Button>
      </form>
    </details>
  );
}

interface PutBackProps {
  square: SquareCard;
  /** A post that a check has shown to have this picture. */
  found: Candidate | undefined;
  onPutBack: () => void;
  onClose: () => void;
}

/** Asks once more, because this is how a picture gets posted twice. */
export function PutBackDialog({ square, found, onPutBack, onClose }: PutBackProps) {
  const putBack = () => {
    onClose();
    onPutBack();
  };
  return (
    <Dialog title={`Return “${titleOf(square)}” to the queue?`} onClose={onClose}>
      {found === undefined ? (
        <p>
          If it was posted after all, it will be posted a second time. If you are not sure, check your profile on X.
        </p>
      ) : (
        <p>
          <strong>It was posted:</strong>{" "}
          <a href={found.url} target="_blank" rel="noreferrer">
            this post
          </a>{" "}
          has the same picture. Back in the queue, it will be posted a second time.
        </p>
      )}
      <div class="choices">
        <Button onClick={putBack}>Return to queue</Button>
        <Button main onClick={onClose}>
          Keep as is
        </Button>
      </div>
    </Dialog>
  );
}
