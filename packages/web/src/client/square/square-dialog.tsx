import { type ComponentType, Fragment } from "preact";
import { useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button, OutsideLink } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { unsaved, keepUnsaved } from "../base/unsaved.ts";
import { formatDate, formatSize, hasCaption, statusLabels, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { timeZone } from "../base/overview.ts";
import { plainWords } from "../base/plain-words.ts";
import { closeSquare, squarePath } from "../base/router.ts";
import { Failed } from "../base/states.tsx";
import { Trouble } from "../base/trouble.tsx";
import { useLoad } from "../base/use-load.ts";
import type { CropAgainProps } from "./crop-again.tsx";
import { PostPreview } from "./post-preview.tsx";
import { Review } from "./review.tsx";
import { SquareButtons } from "./square-buttons.tsx";
import { type Words, wordLabels, wordNames } from "./words.ts";
import { WordsForm } from "./words-form.tsx";
import "./square.css";

const CropAgain = lazy<CropAgainProps>(() => import("./crop-again.tsx"));
/** A picture that is posted, or about to be, can no longer be changed. */
const isCroppable = ({ status, originalUrl }: SquareDetail) =>
  originalUrl !== undefined && ["queued", "dated", "draft", "withdrawn"].includes(status);

const isRefused = ({ status, maybePosted, tweetId }: SquareDetail) =>
  status === "review" && !maybePosted && tweetId === undefined;

const isEditable = ({ status }: SquareDetail) => ["queued", "dated", "draft", "review", "withdrawn"].includes(status);

export interface SquareDialogProps {
  id: string;
  /** What can be done about the picture of a held square. */
  More: ComponentType<{ square: SquareCard }>;
}

/** One square: its picture, its words, and what can be done with it. */
export default function SquareDialog({ id, More }: SquareDialogProps) {
  const loaded = useLoad(() => api.square(id), [id]);
  const square = loaded.value;
  return (
    <Dialog title={square ? titleOf(square) : "Square"} kind="wide" hideTitle onClose={closeSquare}>
      {square ? (
        <Square square={square} onChange={loaded.set} More={More} />
      ) : loaded.error === undefined ? (
        <div class="square-open" aria-busy="true">
          <div class="square-picture skeleton" />
        </div>
      ) : (
        <Failed what="This square could not be loaded" error={loaded.error} again={loaded.reload} />
      )}
    </Dialog>
  );
}

interface SquareProps extends Pick<SquareDialogProps, "More"> {
  square: SquareDetail;
  onChange: (square: SquareDetail) => void;
}

function Square({ square, onChange, More }: SquareProps) {
  const [words, setWords] = useState<Words>();
  const [preview, setPreview] = useState(false);
  const [cropping, setCropping] = useState(false);
  const shown = words ?? square;
  return (
    <div class="square-open">
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
        {square.status === "review" ? <Review square={square} /> : <SquareButtons square={square} />}
        {isRefused(square) && (
          <div class="switches">
            <More square={square} />
          </div>
        )}
        {isCroppable(square) && (
          <Button onClick={() => setCropping(true)}>
            <Icon name="scan" /> Crop again
          </Button>
        )}
        {cropping && <CropAgain square={square} onCropped={onChange} onClose={() => setCropping(false)} />}
        {isEditable(square) ? (
          <WordsForm square={square} onSaved={onChange} onOther={onChange} onWords={setWords} />
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
    </div>
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

function Facts({ square }: { square: SquareDetail }) {
  const size = square.width && square.height ? `${square.width} × ${square.height} pixels` : "";
  return (
    <details class="more-facts">
      <summary>Details</summary>
      <dl class="facts">
        <dt>ID</dt>
        <dd>
          <code>{square.id}</code>
        </dd>
        {size && (
          <>
            <dt>Size</dt>
            <dd>
              {size}
              {square.bytes !== undefined && `, ${formatSize(square.bytes)}`}
            </dd>
          </>
        )}
        {square.createdAt && (
          <>
            <dt>Added</dt>
            <dd>{formatDate(square.createdAt)}</dd>
          </>
        )}
        <dt>Attempts</dt>
        <dd>{square.attempts}</dd>
        <dt>Files</dt>
        <dd>
          <OutsideLink href={square.pictureUrl}>Picture for X</OutsideLink>{" "}
          {square.originalUrl && <OutsideLink href={`/api${squarePath(square.id)}/original`}>Original</OutsideLink>}
        </dd>
      </dl>
    </details>
  );
}
