import { useState } from "preact/hooks";
import type { Upload } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { formatSize, statusLabels } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";
import { WordsFields } from "../square/words-fields.tsx";
import {
  type AddItem,
  allow,
  drop,
  isCut,
  remove,
  replaceFile,
  sendAgain,
  setCrop,
  setSize,
  setWords,
} from "./add-store.ts";
import type { CropFileProps } from "./crop-file.tsx";
import { isAlike, LookAlike } from "./look-alike.tsx";
import { acceptedPictures } from "./picture-type.ts";
import type { UploadPhase } from "./upload.ts";

const CropFile = lazy<CropFileProps>(() => import("./crop-file.tsx"));

export function AddItemRow({ item }: { item: AddItem }) {
  const { key, file, url, words, state } = item;
  const name = words.title || item.name;
  // The comparison shows its picture already.
  const paired = state.step === "ended" && isAlike(state.upload);
  return (
    <li class={paired ? "add-item add-item-paired" : "add-item"} aria-label={name}>
      <div class="add-picture">
        {!paired && (
          <Picture key={url} src={url} alt="" size={220} eager onSize={(size) => item.size ?? setSize(key, size)} />
        )}
        <div class="add-facts">
          <span class="quiet">
            {item.name}, {file ? formatSize(file.size) : "already sent"}
          </span>
          {state.step === "staged" && file && <Crop item={item} file={file} />}
        </div>
      </div>
      <div class="add-words">
        {state.step === "staged" && (
          <>
            <WordsFields
              words={words}
              series={seriesNames.names.value}
              onChange={(next) => setWords(key, next)}
              compact
            />
            <button
              type="button"
              class="icon-button add-remove"
              aria-label={`Remove ${name}`}
              onClick={() => remove(key)}
            >
              <Icon name="close" />
            </button>
          </>
        )}
        {state.step !== "staged" && <p class="row-title">{name}</p>}
        {state.step === "going" && <Going phase={state.phase} name={name} />}
        {state.step === "failed" && (
          <>
            <p class="mistake">{state.reason}</p>
            {state.chooseAgain ? <ChooseAgain item={item} /> : <TryAgain itemKey={key} />}
          </>
        )}
        {state.step === "ended" && <Ended item={item} upload={state.upload} />}
      </div>
    </li>
  );
}

/** What becomes of a picture that is not square, and the way to decide that. */
function Crop({ item, file }: { item: AddItem; file: File }) {
  const [open, setOpen] = useState(false);
  const { corners } = item;
  return (
    <>
      {isCut(item) && <span class="badge badge-quiet">will be cut</span>}
      <Button slim aria-label={`Crop ${item.words.title || item.name}`} onClick={() => setOpen(true)}>
        {corners ? "Crop again" : "Crop"}
      </Button>
      {open && (
        <CropFile
          file={file}
          corners={corners}
          onCrop={(quad, preview) => setCrop(item, quad, preview)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function TryAgain({ itemKey }: { itemKey: string }) {
  return (
    <div class="switches">
      <Button onClick={() => sendAgain(itemKey)}>Try again</Button>
      <Button onClick={() => remove(itemKey)}>Remove</Button>
    </div>
  );
}

function ChooseAgain({ item }: { item: AddItem }) {
  return (
    <div class="switches">
      <label class="button">
        <input
          type="file"
          class="visually-hidden"
          accept={acceptedPictures}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) replaceFile(item, file);
          }}
        />
        Choose again
      </label>
      <Button onClick={() => remove(item.key)}>Remove</Button>
    </div>
  );
}

function Going({ phase, name }: { phase: UploadPhase; name: string }) {
  const sent = phase.phase === "sending" ? phase.sent : phase.phase === "checking" ? 1 : undefined;
  const words =
    phase.phase === "reading"
      ? "Reading…"
      : phase.phase === "waiting"
        ? phase.for === "network"
          ? "No connection. It continues when the connection is back."
          : "The server is busy. It continues by itself."
        : phase.phase === "checking"
          ? "Processing…"
          : `${Math.round(phase.sent * 100)} %`;
  return (
    <div class="going">
      <progress max={1} value={sent} aria-label={`Progress of ${name}`} />
      <span class="quiet">{words}</span>
    </div>
  );
}

function Ended({ item, upload }: { item: AddItem; upload: Upload }) {
  if (upload.state === "added")
    return (
      <>
        <p class="added">
          <Icon name="check" /> {statusLabels[upload.square.status]}
        </p>
        {upload.warnings.map((warning) => (
          <p key={warning} class="warning">
            <Icon name="warning" />
            <span>{warning}</span>
          </p>
        ))}
        <a href={squarePath(upload.square.id)}>View square</a>
      </>
    );
  if (isAlike(upload))
    return (
      <LookAlike
        upload={upload}
        picture={item.url}
        onDiscard={() => (upload.state === "similar" ? drop(item.key, upload.id) : remove(item.key))}
        onAdd={() => allow(item, upload.id)}
      />
    );
  return (
    <>
      <p class="mistake">{upload.state === "refused" ? upload.reason : "Not finished yet."}</p>
      {upload.state === "refused" && upload.again && item.file && <TryAgain itemKey={item.key} />}
    </>
  );
}
