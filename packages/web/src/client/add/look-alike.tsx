import type { SquareCard, Upload } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { statusLabels, titleOf } from "../base/format.ts";
import { toastFailed } from "../base/messages.tsx";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import { useBusy } from "../base/use-busy.ts";
import "./look-alike.css";

export type Alike = Extract<Upload, { equals: SquareCard }>;

export const isAlike = (upload: Upload): upload is Alike => upload.state === "duplicate" || upload.state === "similar";

interface LookAlikeProps {
  upload: Alike;
  /** Of the new picture, if this browser has it. */
  picture?: string | undefined;
  /** The two decisions; a failure is shown, and both can be tried again. */
  onDiscard: () => void | Promise<void>;
  onAdd: () => Promise<void>;
}

/** The new picture beside the one that is already here, and the decision. */
export function LookAlike({ upload, picture, onDiscard, onAdd }: LookAlikeProps) {
  const [busy, run] = useBusy();
  const { equals } = upload;
  const same = upload.state === "duplicate";
  const decide = (act: () => void | Promise<void>) => () =>
    void run(act).catch((error: unknown) => toastFailed("Your decision could not be saved.", error));
  const what = same ? "This picture is already here" : "This looks like another square";
  return (
    <section class="look-alike" aria-label={`${what}: ${upload.title || upload.name}`}>
      <p>{same ? "This picture is already here." : "This looks like another square. Is it the same picture?"}</p>
      <div class="look-alike-pair">
        <figure>
          <Picture src={picture ?? thumbnailOf(upload)} alt="The new picture" size={160} />
          <figcaption class="quiet">New</figcaption>
        </figure>
        <figure>
          <Picture src={equals.thumbnailUrl} alt={equals.altText ?? titleOf(equals)} size={160} />
          <figcaption class="quiet">
            <a href={squarePath(equals.id)}>{titleOf(equals)}</a>, {statusLabels[equals.status].toLowerCase()}
          </figcaption>
        </figure>
      </div>
      <div class="switches">
        {same ? (
          <Button main disabled={busy} onClick={decide(onDiscard)}>
            Remove
          </Button>
        ) : (
          <>
            <Button disabled={busy} onClick={decide(onDiscard)}>
              Same picture: discard
            </Button>
            <Button main disabled={busy} onClick={decide(onAdd)}>
              Different picture: add
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

const thumbnailOf = (upload: Alike) => (upload.state === "similar" ? upload.thumbnailUrl : undefined);
