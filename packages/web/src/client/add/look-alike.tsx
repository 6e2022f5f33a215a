import { useState } from "preact/hooks";
import type { SquareCard, Upload } from "../../contract.ts";
import { titleOf } from "../base/format.ts";
import { Picture } from "../base/picture.tsx";
import { toastFailed } from "../base/toasts.tsx";
import { statusWords } from "../square/status-words.ts";
import "./look-alike.css";

export type Alike = Extract<Upload, { equals: SquareCard }>;

export const isAlike = (upload: Upload): upload is Alike => upload.state === "duplicate" || upload.state === "similar";

interface LookAlikeProps {
  upload: Alike;
  /** Of the new picture, where this browser has it; the bucket has one of a picture that waits. */
  picture?: string | undefined;
  /** What is done with it; what they throw is said to the person, and both can be chosen again. */
  onLeave: () => void | Promise<void>;
  onAdd: () => Promise<void>;
}

/** The new picture and the one that is here already, side by side, and the ways out. */
export function LookAlike({ upload, picture, onLeave, onAdd }: LookAlikeProps) {
  const [busy, setBusy] = useState(false);
  const { equals } = upload;
  const same = upload.state === "duplicate";
  const decide = (act: () => void | Promise<void>) => async () => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toastFailed("It could not be decided.", error);
      setBusy(false);
    }
  };
  const what = same ? "The same picture is here already" : "It looks like another square";
  return (
    <section class="look-alike" aria-label={`${what}: ${upload.title || upload.name}`}>
      <p>
        {same
          ? "This very picture is here already."
          : "This looks like a square that is here already. Is it another one?"}
      </p>
      <div class="look-alike-pair">
        <figure>
          <Picture src={picture ?? thumbnailOf(upload)} alt="The new picture" size={160} />
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
          <button type="button" class="button button-main" disabled={busy} onClick={decide(onLeave)}>
            Leave it out
          </button>
        ) : (
          <>
            <button type="button" class="button" disabled={busy} onClick={decide(onLeave)}>
              The same: leave it out
            </button>
            <button type="button" class="button button-main" disabled={busy} onClick={decide(onAdd)}>
              Another one: add it
            </button>
          </>
        )}
      </div>
    </section>
  );
}

const thumbnailOf = (upload: Alike) => (upload.state === "similar" ? upload.thumbnailUrl : undefined);
