import { lookPrice } from "@twobytwo/core/squares/words";
import { useId, useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import type { Candidate, Candidates } from "../../contract-review.ts";
import { announce } from "../base/announce.tsx";
import { wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { countWords, fullWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { timeZone } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";

interface ListProps {
  square: SquareDetail;
  /** What the latest look has shown. */
  seen: Candidates | undefined;
  onSeen: (seen: Candidates) => void;
  busy: boolean;
  onChoose: (tweetId: string) => void;
}

/** Looks at the account when a person asks, since it costs, and shows its posts beside the square. */
export function CandidateList({ square, seen, onSeen, busy, onChoose }: ListProps) {
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState<string>();
  const look = async () => {
    setLooking(true);
    setFailure(undefined);
    announce("Looking at the account.");
    try {
      const found = await api.candidates(square.id);
      onSeen(found);
      announce(
        found.candidates.length === 0 ? nothing : `${countWords(found.candidates.length, "post")} of the account.`,
      );
    } catch (error) {
      setFailure(wordsOf(error));
    }
    setLooking(false);
  };
  return (
    <div class="look">
      <div class="look-ask">
        <button type="button" class="button" disabled={looking || busy} onClick={() => void look()}>
          <Icon name="search" /> {looking ? "Looking…" : seen ? "Look again" : "Look at the account"}
        </button>
        <p class="quiet">X charges {lookPrice}: usually 20.</p>
      </div>
      {failure !== undefined && (
        <p class="mistake" role="alert">
          The account could not be looked at. {failure}
        </p>
      )}
      {looking && seen === undefined && (
        <div class="candidate" aria-hidden="true">
          <span class="candidate-picture skeleton" />
          <span class="skeleton skeleton-line" />
        </div>
      )}
      {seen && <Found square={square} seen={seen} busy={busy || looking} onChoose={onChoose} />}
    </div>
  );
}

const nothing = "X showed no post of the account since then.";

function Found({ square, seen, busy, onChoose }: Omit<ListProps, "onSeen" | "seen"> & { seen: Candidates }) {
  const { candidates, complete, why, leftOut } = seen;
  return (
    <>
      {candidates.length > 0 && (
        <p class="look-beside">
          <strong>Is it one of these?</strong> “{square.sending?.words || titleOf(square)}”
        </p>
      )}
      {candidates.length === 0 ? (
        <p>{nothing}</p>
      ) : (
        <ol class="candidates" aria-label="Posts of the account since then">
          {candidates.map((candidate) => (
            <CandidateRow key={candidate.tweetId} candidate={candidate} busy={busy} onChoose={onChoose} />
          ))}
        </ol>
      )}
      {leftOut > 0 && <p class="quiet">{countWords(leftOut, "post")} more of that time are not shown.</p>}
      {complete ? (
        <p class="quiet">
          X shows a new post within minutes, and not always: one that is not here may be out all the same.
        </p>
      ) : (
        <p class="warning">
          <Icon name="warning" />
          <span>These may not be all: {why}. A post that is not here may be out.</span>
        </p>
      )}
    </>
  );
}

interface RowProps {
  candidate: Candidate;
  busy: boolean;
  onChoose: (tweetId: string) => void;
}

function CandidateRow({ candidate, busy, onChoose }: RowProps) {
  const { tweetId, text, postedAt, url, pictureUrl, sameMedia, sameWords, knownAs } = candidate;
  const id = useId();
  return (
    <li class="candidate">
      <span class="candidate-picture">
        {pictureUrl === undefined ? (
          <span class="picture picture-none">
            <Icon name="picture" />
          </span>
        ) : (
          <Picture src={pictureUrl} alt="The picture of this post" size={120} />
        )}
      </span>
      <div class="candidate-words">
        <p id={id} class="candidate-text">
          {text || "No words"}
        </p>
        <p class="candidate-facts">
          {postedAt && <time dateTime={postedAt}>{fullWords(postedAt, timeZone.value)}</time>}
          {sameMedia && <span class="badge">Same picture</span>}
          {sameWords && <span class="badge badge-quiet">Same words</span>}
        </p>
        {knownAs && (
          <p class="quiet">
            The post of <a href={`/squares/${encodeURIComponent(knownAs.id)}`}>{titleOf(knownAs)}</a>
          </p>
        )}
        <div class="switches">
          {!knownAs && (
            <button
              type="button"
              class={`button${sameMedia ? " button-main" : ""}`}
              aria-describedby={id}
              disabled={busy}
              onClick={() => onChoose(tweetId)}
            >
              This is it
            </button>
          )}
          <a href={url} target="_blank" rel="noreferrer" aria-describedby={id}>
            See it on X <Icon name="external" />
          </a>
        </div>
      </div>
    </li>
  );
}
