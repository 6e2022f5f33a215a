import { useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import { Dialog } from "../base/dialog.tsx";
import { api } from "../base/endpoints.ts";
import { fullWords, sizeWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { timeZone } from "../base/overview.ts";
import { closeSquare } from "../base/router.ts";
import { Failed } from "../base/states.tsx";
import { useLoad } from "../base/use-load.ts";
import type { CropProps } from "../scan/crop-dialog.tsx";
import { HeldSwitches } from "./held-switches.tsx";
import { PostPreview } from "./post-preview.tsx";
import { SquareSwitches } from "./square-switches.tsx";
import { isEditable, statusWords } from "./status-words.ts";
import type { DraftWords } from "./words-draft.ts";
import { WordsForm } from "./words-form.tsx";
import "./square.css";

const CropDialog = lazy<CropProps>(() => import("../scan/crop-dialog.tsx"));
/** What is posted, or about to be, keeps its picture. */
const isCroppable = ({ status, originalUrl }: SquareDetail) =>
  originalUrl !== undefined && (status === "queued" || status === "draft" || status === "withdrawn");

/** One square: its picture large, its words, and all that can be done with it. */
export default function SquareDialog({ id }: { id: string }) {
  const loaded = useLoad(() => api.square(id), [id]);
  const square = loaded.value;
  return (
    <Dialog title={square ? titleOf(square) : "Square"} kind="wide" hideTitle onClose={closeSquare}>
      {square ? (
        <Square square={square} onChange={loaded.set} />
      ) : loaded.error === undefined ? (
        <div class="square-open" aria-busy="true">
          <div class="square-picture skeleton" />
        </div>
      ) : (
        <Failed what="This square could not be shown" error={loaded.error} again={loaded.reload} />
      )}
    </Dialog>
  );
}

function Square({ square, onChange }: { square: SquareDetail; onChange: (square: SquareDetail) => void }) {
  const [words, setWords] = useState<DraftWords>();
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
          <Icon name={preview ? "picture" : "send"} /> {preview ? "The picture" : "As X shows it"}
        </button>
      </div>
      <div class="square-words">
        <p class={`status status-${square.status}`}>
          <span class="dot" aria-hidden="true" /> {statusWords[square.status]}
          {square.postedAt && <span class="quiet"> {fullWords(square.postedAt, timeZone.value)}</span>}
        </p>
        <p class="square-title" aria-hidden="true">
          {titleOf(square)}
        </p>
        {square.lastError && square.status !== "posted" && (
          <div class="held-why">
            <strong>{square.lastError.name}</strong>
            <p>{square.lastError.message}</p>
          </div>
        )}
        {square.status === "review" ? <HeldSwitches square={square} /> : <SquareSwitches square={square} />}
        {isCroppable(square) && (
          <button type="button" class="button" onClick={() => setCropping(true)}>
            <Icon name="scan" /> Crop anew
          </button>
        )}
        {cropping && <CropDialog square={square} onCropped={onChange} onClose={() => setCropping(false)} />}
        {isEditable(square) ? (
          <WordsForm square={square} onSaved={onChange} onOther={onChange} onWords={setWords} />
        ) : (
          <dl class="facts">
            <dt>Posted with</dt>
            <dd class="pre">{square.caption || square.title}</dd>
            <dt>Alt text</dt>
            <dd>{square.altText ?? <em class="quiet">none</em>}</dd>
            {square.series && (
              <>
                <dt>Series</dt>
                <dd>{square.series}</dd>
              </>
            )}
          </dl>
        )}
        <Facts square={square} />
      </div>
    </div>
  );
}

function Facts({ square }: { square: SquareDetail }) {
  const size = square.width && square.height ? `${square.width} × ${square.height} pixels` : "";
  return (
    <details class="more-facts">
      <summary>Facts</summary>
      <dl class="facts">
        <dt>Number</dt>
        <dd>
          <code>{square.id}</code>
        </dd>
        {size && (
          <>
            <dt>Size</dt>
            <dd>
              {size}
              {square.bytes !== undefined && `, ${sizeWords(square.bytes)}`}
            </dd>
          </>
        )}
        {square.createdAt && (
          <>
            <dt>Added</dt>
            <dd>{fullWords(square.createdAt, timeZone.value)}</dd>
          </>
        )}
        <dt>Tries</dt>
        <dd>{square.attempts}</dd>
        <dt>Files</dt>
        <dd>
          <a href={square.pictureUrl} target="_blank" rel="noreferrer">
            What X gets <Icon name="external" />
          </a>{" "}
          {square.originalUrl && (
            <a href={`/api/squares/${encodeURIComponent(square.id)}/original`} target="_blank" rel="noreferrer">
              The original <Icon name="external" />
            </a>
          )}
        </dd>
      </dl>
    </details>
  );
}
