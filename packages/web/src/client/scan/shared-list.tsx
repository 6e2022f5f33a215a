import { useEffect } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { formatCount, formatSize } from "../base/format.ts";
import { Picture } from "../base/picture.tsx";
import { useBusy } from "../base/use-busy.ts";
import {
  discardShared,
  forgetLeftOut,
  keepShared,
  type LeftOut,
  leftOut,
  lookForShared,
  type SharedPicture,
  sharedPictures,
  showingFailure,
} from "./shared-pictures.ts";
import "./shared-list.css";

/** What another app or page has shared: nothing happens with it until the person decides. */
export function SharedList() {
  const [busy, run] = useBusy();
  useEffect(() => {
    const look = () => void showingFailure(lookForShared());
    const lookAgain = () => document.visibilityState === "visible" && look();
    look();
    document.addEventListener("visibilitychange", lookAgain);
    return () => document.removeEventListener("visibilitychange", lookAgain);
  }, []);
  const pictures = sharedPictures.value;
  const missing = leftOut.value;
  if (pictures.length === 0 && missing === undefined) return null;
  const act = (action: () => Promise<void>) => () => void run(() => showingFailure(action()));
  const many = pictures.length > 1;
  return (
    <section class="shared" aria-labelledby="shared-title">
      <h2 id="shared-title">
        {pictures.length === 0
          ? "Shared from another page or app"
          : `Shared from another page or app: keep ${many ? "them" : "it"}?`}
      </h2>
      {pictures.length > 0 && (
        <p class="quiet">
          {many ? "They are" : "It is"} only on this device so far. Keep what you shared yourself, and discard anything
          that you did not expect.
        </p>
      )}
      <ul class="shared-pictures">
        {pictures.map((picture) => (
          <li key={picture.key} aria-label={picture.name}>
            <Picture src={picture.url} alt="" size={120} />
            <span class="row-title">{picture.name}</span>
            <span class="quiet">
              {formatSize(picture.size)}, {senderOf(picture)}
            </span>
            <span class="switches">
              <Button disabled={busy} onClick={act(() => keepShared([picture]))}>
                Keep
              </Button>
              <Button disabled={busy} onClick={act(() => discardShared([picture]))}>
                Discard
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {missing !== undefined && (
        <p class="shared-left-out" role="status">
          <span>Not accepted: {leftOutSummary(missing)}.</span>
          <Button onClick={() => void showingFailure(forgetLeftOut())}>OK</Button>
        </p>
      )}
      {many && (
        <p class="switches">
          <Button main disabled={busy} onClick={act(() => keepShared(pictures))}>
            Keep all {pictures.length}
          </Button>
          <Button disabled={busy} onClick={act(() => discardShared(pictures))}>
            Discard all {pictures.length}
          </Button>
        </p>
      )}
    </section>
  );
}

/** Claims nothing that the browser did not say. */
const senderOf = ({ from }: SharedPicture) =>
  from === "" ? "from an app, or from a page that hides its address" : `from ${from}`;

function leftOutSummary({ tooMany, tooLarge, otherKind, unreadable, noRoom }: LeftOut): string {
  const parts: [number, string][] = [
    [tooMany, `${formatCount(tooMany, "picture")} above the limit (30 pictures, 200 MB in all)`],
    [tooLarge, `${formatCount(tooLarge, "picture")} larger than 40 MB`],
    [otherKind, `${formatCount(otherKind, "file")} that ${otherKind === 1 ? "is" : "are"} not JPEG, PNG or WebP`],
    [unreadable, `${formatCount(unreadable, "share")} that could not be read`],
    [noRoom, `${formatCount(noRoom, "picture")} for which this device has no space`],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([, words]) => words)
    .join("; ");
}
