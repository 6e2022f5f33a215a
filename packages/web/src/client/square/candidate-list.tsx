import { lookPrice } from "@twobytwo/core/squares/words";
import { useId, useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import type { Candidate, Candidates } from "../../contract-review.ts";
import { api } from "../base/api.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { formatCount, formatDate, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { announce } from "../base/messages.tsx";
import { Picture } from "../base/picture.tsx";
import { messageOf } from "../base/request.ts";
import { squarePath } from "../base/router.ts";

interface ListProps {
  square: SquareDetail;
  /** What the latest check has shown. */
  seen: Candidates | undefined;
  onSeen: (seen: Candidates) => void;
  busy: boolean;
  onChoose: (tweetId: string) => void;
}

/** Checks the account when a person asks, because X charges for it, and shows its posts beside the square. */
export function CandidateList({ square, seen, onSeen, busy, onChoose }: ListProps) {
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState<string>();
  const look = async () => {
    setLooking(true);
    setFailure(undefined);
    announce("Checking the account.");
    try {
      const found = await api.candidates(square.id);
      onSeen(found);
      announce(found.candidates.length === 0 ? nothing : `${formatCount(found.candidates.length, "post")} found.`);
    } catch (error) {
      setFailure(messageOf(error));
    }
    setLooking(false);
  };
  return (
    <div class="look">
      <div class="look-ask">
        <Button disabled={looking || busy} onClick={() => void look()}>
          <Icon name="search" /> {looking ? "Checking…" : seen ? "Check again" : "Check the account"}
        </Button>
        <p class="quiet">X charges {lookPrice}, usually 20.</p>
      </div>
      {failure !== undefined && (
        <p class="mistake" role="alert">
          The account could not be checked. {failure}
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

const nothing = "X shows no posts from the account since then.";

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
        <ol class="candidates" aria-label="Posts since then">
          {candidates.map((candidate) => (
            <CandidateRow key={candidate.tweetId} candidate={candidate} busy={busy} onChoose={onChoose} />
          ))}
        </ol>
      )}
      {leftOut > 0 && (
        <p class="quiet">
          {formatCount(leftOut, "post")} from that time {leftOut === 1 ? "is" : "are"} not shown.
        </p>
      )}
      {complete ? (
        <p class="quiet">X can take minutes to show a new post. A post that is not listed may still exist.</p>
      ) : (
        <p class="warning">
          <Icon name="warning" />
          <span>The list may be incomplete: {why}. A post that is not listed may still exist.</span>
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
          {text || "No text"}
        </p>
        <p class="candidate-facts">
          {postedAt && <time dateTime={postedAt}>{formatDate(postedAt)}</time>}
          {sameMedia && <span class="badge">Same picture</span>}
          {sameWords && <span class="badge badge-quiet">Same text</span>}
        </p>
        {knownAs && (
          <p class="quiet">
            Post of <a href={squarePath(knownAs.id)}>{titleOf(knownAs)}</a>
          </p>
        )}
        <div class="switches">
          {!knownAs && (
            <Button main={sameMedia} aria-describedby={id} disabled={busy} onClick={() => onChoose(tweetId)}>
              This is the post
            </Button>
          )}
          <OutsideLink href={url} aria-describedby={id}>
            View on X
          </OutsideLink>
        </div>
      </div>
    </li>
  );
}
