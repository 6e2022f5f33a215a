import { useEffect, useState } from "preact/hooks";
import { countWords, sizeWords } from "../base/format.ts";
import { Picture } from "../base/picture.tsx";
import {
  forgetLeftOut,
  keepShared,
  type LeftOut,
  leftOut,
  lookForShared,
  type SharedPicture,
  sayingSo,
  sharedPictures,
  throwSharedAway,
} from "./shared-pictures.ts";
import "./shared-list.css";

/** What another app or page has sent here: nothing goes on with it before the person has said so. */
export function SharedList() {
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const look = () => void sayingSo(lookForShared());
    const lookAgain = () => document.visibilityState === "visible" && look();
    look();
    document.addEventListener("visibilitychange", lookAgain);
    return () => document.removeEventListener("visibilitychange", lookAgain);
  }, []);
  const pictures = sharedPictures.value;
  const missing = leftOut.value;
  if (pictures.length === 0 && missing === undefined) return null;
  const act = (run: () => Promise<void>) => () => {
    setBusy(true);
    void sayingSo(run()).finally(() => setBusy(false));
  };
  const many = pictures.length > 1;
  return (
    <section class="shared" aria-labelledby="shared-title">
      <h2 id="shared-title">
        {pictures.length === 0
          ? "Sent by another page or app"
          : `Sent by another page or app: keep ${many ? "them" : "it"}?`}
      </h2>
      {pictures.length > 0 && (
        <p class="quiet">
          {many ? "They are" : "It is"} on this device alone. Keep what you sent here yourself, and throw away what you
          did not expect.
        </p>
      )}
      <ul class="shared-pictures">
        {pictures.map((picture) => (
          <li key={picture.key} aria-label={picture.name}>
            <Picture src={picture.url} alt="" size={120} />
            <span class="row-title">{picture.name}</span>
            <span class="quiet">
              {sizeWords(picture.size)}, {fromWords(picture)}
            </span>
            <span class="switches">
              <button type="button" class="button" disabled={busy} onClick={act(() => keepShared([picture]))}>
                Keep it
              </button>
              <button type="button" class="button" disabled={busy} onClick={act(() => throwSharedAway([picture]))}>
                Throw it away
              </button>
            </span>
          </li>
        ))}
      </ul>
      {missing !== undefined && (
        <p class="shared-left-out" role="status">
          <span>Left out: {leftOutWords(missing)}.</span>
          <button type="button" class="button" onClick={() => void sayingSo(forgetLeftOut())}>
            I have read it
          </button>
        </p>
      )}
      {many && (
        <p class="switches">
          <button type="button" class="button button-main" disabled={busy} onClick={act(() => keepShared(pictures))}>
            Keep all {pictures.length}
          </button>
          <button type="button" class="button" disabled={busy} onClick={act(() => throwSharedAway(pictures))}>
            Throw all {pictures.length} away
          </button>
        </p>
      )}
    </section>
  );
}

/** Of what the browser did not say, nothing is claimed. */
const fromWords = ({ from }: SharedPicture) =>
  from === "" ? "sent by an app, or by a page that did not say so" : `sent by ${from}`;

function leftOutWords({ tooMany, tooLarge, otherKind, unreadable, noRoom }: LeftOut): string {
  const parts: [number, string][] = [
    [tooMany, `${countWords(tooMany, "picture")} more than may wait here (30, and 200 MB in all)`],
    [tooLarge, `${countWords(tooLarge, "picture")} above 40 MB`],
    [otherKind, `${countWords(otherKind, "file")} that ${otherKind === 1 ? "is" : "are"} no JPEG, PNG or WebP`],
    [unreadable, `${countWords(unreadable, "message")} that could not be read`],
    [noRoom, `${countWords(noRoom, "picture")} for which this device has no room`],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([, words]) => words)
    .join("; ");
}
