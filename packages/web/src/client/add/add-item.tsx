import { useState } from "preact/hooks";
import type { SquareCard, Upload } from "../../contract.ts";
import { sizeWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { Picture } from "../base/picture.tsx";
import { seriesNames } from "../base/series.ts";
import { toastFailed } from "../base/toasts.tsx";
import { statusWords } from "../square/status-words.ts";
import { WordsFields } from "../square/words-fields.tsx";
import { type AddItem, allow, drop, remove, sendAgain, setWords } from "./add-store.ts";
import type { UploadPhase } from "./upload.ts";

export function AddItemRow({ item }: { item: AddItem }) {
  const { key, file, url, words, state } = item;
  const name = words.title || file.name;
  return (
    <li class="add-item" aria-label={name}>
      <div class="add-picture">
        <Picture src={url} alt="" size={220} />
        <span class="quiet">
          {file.name}, {sizeWords(file.size)}
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
        ? "No connection. It goes on by itself when the network is back."
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
  if (upload.state === "duplicate" || upload.state === "similar") return <LookAlike item={item} upload={upload} />;
  return <p class="mistake">{upload.state === "refused" ? upload.reason : "It is not there yet."}</p>;
}

type Alike = Extract<Upload, { equals: SquareCard }>;

/** The new picture and the one that is here already, side by side, and the two ways out. */
function LookAlike({ item, upload }: { item: AddItem; upload: Alike }) {
  const [busy, setBusy] = useState(false);
  const { equals } = upload;
  const same = upload.state === "duplicate";
  const decide = (act: () => Promise<void>) => async () => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toastFailed("It could not be decided.", error);
      setBusy(false);
    }
  };
  return (
    <section class="look-alike" aria-label={same ? "The same picture is here already" : "It looks like another square"}>
      <p>
        {same
          ? "This very picture is here already."
          : "This looks like a square that is here already. Is it another one?"}
      </p>
      <div class="look-alike-pair">
        <figure>
          <Picture src={item.url} alt="The new picture" size={160} />
          <figcaption class="quiet">New</figcaption>
        </figure>
        <figure>
          <Picture src={equals.thumbnailUrl} alt={equals.altText ?? titleOf(equals)} size={160} />
          <figcaption class="quiet">
            <a href={`/squares/${encodeURIComponent(equals.id)}`}>{titleOf(equals)}</a>,{" "}
            {statusWords[equals.status].toLowerCase()}
          </figcaption>
        </figure>
      </div>
      <div class="switches">
        {same ? (
          <button type="button" class="button button-main" onClick={() => remove(item.key)}>
            Leave it out
          </button>
        ) : (
          <>
            <button type="button" class="button" disabled={busy} onClick={decide(() => drop(item.key, upload.id))}>
              The same: leave it out
            </button>
            <button
              type="button"
              class="button button-main"
              disabled={busy}
              onClick={decide(() => allow(item.key, upload.id))}
            >
              Another one: add it
            </button>
          </>
        )}
      </div>
    </section>
  );
}
