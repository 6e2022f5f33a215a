import { type ComponentType, Fragment, type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatDate, hasCaption, statusLabels, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { announce } from "../base/messages.tsx";
import { timeZone } from "../base/overview.ts";
import { plainWords } from "../base/plain-words.ts";
import { ApiError } from "../base/request.ts";
import { closeSquare } from "../base/router.ts";
import { Empty, Failed } from "../base/states.tsx";
import { Trouble } from "../base/trouble.tsx";
import { keepUnsaved, unsaved } from "../base/unsaved.ts";
import { useLoad } from "../base/use-load.ts";
import type { CropAgainProps } from "./crop-again.tsx";
import { Facts } from "./facts.tsx";
import { fetchAhead, loadSquare, usePass } from "./pass.ts";
import { PassButtons } from "./pass-buttons.tsx";
import { PostPreview } from "./post-preview.tsx";
import { Review } from "./review.tsx";
import { SquareButtons } from "./square-buttons.tsx";
import { isEditable, type WordName, type Words, wordLabels, wordNames } from "./words.ts";
import { WordsForm } from "./words-form.tsx";
import "./square.css";

const CropAgain = lazy<CropAgainProps>(() => import("./crop-again.tsx"));
/** A picture that is posted, or about to be, can no longer be changed. */
const isCroppable = ({ status, originalUrl }: SquareDetail) =>
  originalUrl !== undefined && ["queued", "dated", "draft", "withdrawn"].includes(status);

const isGone = (error: unknown) => error instanceof ApiError && error.problem.type === "not-found";

const isRefused = ({ status, maybePosted, tweetId }: SquareDetail) =>
  status === "review" && !maybePosted && tweetId === undefined;

export interface SquareDialogProps {
  id: string;
  /** What can be done about the picture of a held square. */
  More: ComponentType<{ square: SquareCard }>;
}

/** One square: its picture, its words, and what can be done with it; and from there to the next. */
export default function SquareDialog({ id, More }: SquareDialogProps) {
  const loaded = useLoad(() => loadSquare(id), [id]);
  const square = loaded.value?.id === id ? loaded.value : undefined;
  // The one before stays until the next is there: nothing jumps.
  const last = useRef<SquareDetail>(undefined);
  if (square !== undefined) last.current = square;
  const shown = square ?? (loaded.error === undefined ? last.current : undefined);
  const pass = usePass(id);
  const field = useRef<WordName>(undefined);
  const body = useRef<HTMLDivElement>(null);
  const isHere = square !== undefined;
  useEffect(() => {
    if (isHere && pass.next !== undefined) fetchAhead(pass.next);
  }, [isHere, pass.next]);
  const first = useRef(id);
  useEffect(() => {
    if (square !== undefined && id !== first.current) announce(titleOf(square));
  }, [isHere, id]);
  useLayoutEffect(() => {
    // What had the focus belonged to the square before.
    if (isHere && document.activeElement === document.body)
      body.current?.closest("dialog")?.querySelector("h2")?.focus();
  }, [isHere, id]);
  const now = useRef(id);
  now.current = id;
  // An answer may come when the person is at another square.
  const change = (changed: SquareDetail) => {
    if (changed.id === now.current) loaded.set(changed);
  };
  return (
    <Dialog title={shown ? titleOf(shown) : "Square"} kind="wide" hideTitle onClose={closeSquare}>
      <div ref={body} class="square-body">
        {shown ? (
          <div class="square-open" inert={!isHere} aria-busy={!isHere}>
            <Square
              key={shown.id}
              square={shown}
              onChange={change}
              More={More}
              field={field}
              onNext={pass.next === undefined ? undefined : () => now.current === shown.id && pass.step(1)}
            />
          </div>
        ) : loaded.error === undefined ? (
          <div class="square-open" aria-busy="true">
            <div class="square-picture skeleton" />
          </div>
        ) : isGone(loaded.error) ? (
          <Empty icon="picture" title="This square does not exist">
            <p>It may have been deleted.</p>
            <Button onClick={closeSquare}>Close</Button>
          </Empty>
        ) : (
          <Failed what="This square could not be loaded" error={loaded.error} again={loaded.reload} />
        )}
      </div>
      <PassButtons pass={pass} />
    </Dialog>
  );
}

interface SquareProps extends Pick<SquareDialogProps, "More"> {
  square: SquareDetail;
  onChange: (square: SquareDetail) => void;
  /** In which field the next square's form begins. */
  field: RefObject<WordName | undefined>;
  onNext: (() => void) | undefined;
}

function Square({ square, onChange, More, field, onNext }: SquareProps) {
  const [words, setWords] = useState<Words>();
  const [preview, setPreview] = useState(false);
  const [cropping, setCropping] = useState(false);
  const shown = words ?? square;
  return (
    <>
      <div class="square-picture">
        {preview ? (
          <PostPreview square={{ ...square, title: shown.title, caption: shown.caption, altText: shown.altText }} />
        ) : (
          <img
            src={square.pictureUrl}
            alt={square.altText ?? ""}
            width={square.width ?? 1200}
            height={square.height ?? 1200}
          />
        )}
        <button type="button" class="button preview-switch" aria-pressed={preview} onClick={() => setPreview(!preview)}>
          <Icon name={preview ? "picture" : "send"} /> {preview ? "Show picture" : "Preview post"}
        </button>
      </div>
      <div class="square-words">
        <p class={`status status-${square.status}`}>
          <span class="dot" aria-hidden="true" /> {statusLabels[square.status]}
          {square.date && <span class="quiet"> from {formatDate(square.date, timeZone.value)}</span>}
          {square.postedAt && <span class="quiet"> {formatDate(square.postedAt, timeZone.value)}</span>}
        </p>
        <p class="square-title" aria-hidden="true">
          {titleOf(square)}
        </p>
        {square.lastError && square.status !== "posted" && (
          <div class="held-why">
            <Trouble told={plainWords(square.lastError.message, square.lastError.name)} />
          </div>
        )}
        {square.status === "review" ? (
          <Review square={square} />
        ) : (
          <SquareButtons square={square}>
            {isCroppable(square) && (
              <Button onClick={() => setCropping(true)}>
                <Icon name="scan" /> Crop again…
              </Button>
            )}
          </SquareButtons>
        )}
        {isRefused(square) && (
          <div class="switches">
            <More square={square} />
          </div>
        )}
        {square.cut && (
          <p class="quiet">
            {square.cut === true
              ? "Its original is not square: only its middle is posted."
              : "It was added before twobytwo noted whether the original is cut. “Crop again…” shows the original."}
          </p>
        )}
        {cropping && <CropAgain square={square} onCropped={onChange} onClose={() => setCropping(false)} />}
        {isEditable(square) ? (
          <WordsForm
            square={square}
            onSaved={onChange}
            onOther={onChange}
            onWords={setWords}
            onNext={onNext}
            field={field}
          />
        ) : (
          <>
            <LeftUnsaved id={square.id} />
            <dl class="facts">
              <dt>Posted text</dt>
              <dd class="pre">{hasCaption(square) ? square.caption || square.title : <em class="quiet">none</em>}</dd>
              <dt>Alt text</dt>
              <dd>{square.altText ?? <em class="quiet">none</em>}</dd>
              {square.series && (
                <>
                  <dt>Series</dt>
                  <dd>{square.series}</dd>
                </>
              )}
            </dl>
          </>
        )}
        <Facts square={square} />
      </div>
    </>
  );
}

/** What was typed before the square could no longer be edited: to be copied, and then discarded. */
function LeftUnsaved({ id }: { id: string }) {
  const left = unsaved.value.get(id);
  if (left === undefined) return null;
  const changed = wordNames.filter((name) => left.words[name].trim() !== left.from[name]);
  return (
    <section class="conflict" aria-label="Not saved">
      <h3>Not saved before it was posted</h3>
      <dl class="facts">
        {changed.map((name) => (
          <Fragment key={name}>
            <dt>{wordLabels[name]}</dt>
            <dd class="pre">{left.words[name] || <em class="quiet">none</em>}</dd>
          </Fragment>
        ))}
      </dl>
      <div class="form-actions">
        <Button onClick={() => keepUnsaved(id, undefined)}>Discard my changes</Button>
      </div>
    </section>
  );
}
