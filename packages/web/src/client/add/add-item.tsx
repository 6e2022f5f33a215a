import type { Upload } from "../../contract.ts";
import { sizeWords } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { Picture } from "../base/picture.tsx";
import { seriesNames } from "../base/series.ts";
import { statusWords } from "../square/status-words.ts";
import { WordsFields } from "../square/words-fields.tsx";
import { type AddItem, allow, drop, remove, sendAgain, setWords } from "./add-store.ts";
import { isAlike, LookAlike } from "./look-alike.tsx";
import type { UploadPhase } from "./upload.ts";

export function AddItemRow({ item }: { item: AddItem }) {
  const { key, file, url, words, state } = item;
  const name = words.title || item.name;
  // Its picture stands beside the one that is here already, and once is enough.
  const paired = state.step === "ended" && isAlike(state.upload);
  return (
    <li class={paired ? "add-item add-item-paired" : "add-item"} aria-label={name}>
      <div class="add-picture">
        {!paired && <Picture src={url} alt="" size={220} />}
        <span class="quiet">
          {item.name}, {file ? sizeWords(file.size) : "sent before"}
        </span>
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
              aria-label={`Leave ${name} out`}
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
            <div class="switches">
              <button type="button" class="button" onClick={() => sendAgain(key)}>
                Try again
              </button>
              <button type="button" class="button" onClick={() => remove(key)}>
                Leave it out
              </button>
            </div>
          </>
        )}
        {state.step === "ended" && <Ended item={item} upload={state.upload} />}
      </div>
    </li>
  );
}

function Going({ phase, name }: { phase: UploadPhase; name: string }) {
  const sent = phase.phase === "sending" ? phase.sent : phase.phase === "checking" ? 1 : undefined;
  const words =
    phase.phase === "reading"
      ? "Reading…"
      : phase.phase === "waiting"
        ? phase.for === "network"
          ? "No connection. It goes on by itself when the network is back."
          : "The server cannot take it yet. It goes on by itself."
        : phase.phase === "checking"
          ? "Sent. Preparing the picture…"
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
          <Icon name="check" /> {statusWords[upload.square.status]}
        </p>
        {upload.warnings.map((warning) => (
          <p key={warning} class="warning">
            <Icon name="warning" />
            <span>{warning}</span>
          </p>
        ))}
        <a href={`/squares/${encodeURIComponent(upload.square.id)}`}>See it</a>
      </>
    );
  if (isAlike(upload))
    return (
      <LookAlike
        upload={upload}
        picture={item.url}
        onLeave={() => (upload.state === "similar" ? drop(item.key, upload.id) : remove(item.key))}
        onAdd={() => allow(item, upload.id)}
      />
    );
  return (
    <>
      <p class="mistake">{upload.state === "refused" ? upload.reason : "It is not there yet."}</p>
      {upload.state === "refused" && upload.again && item.file && (
        <div class="switches">
          <button type="button" class="button" onClick={() => sendAgain(item.key)}>
            Try again
          </button>
          <button type="button" class="button" onClick={() => remove(item.key)}>
            Leave it out
          </button>
        </div>
      )}
    </>
  );
}
