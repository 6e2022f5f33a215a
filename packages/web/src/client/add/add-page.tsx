import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { online } from "../base/overview.ts";
import { seriesNames } from "../base/series.ts";
import { arePostable } from "../square/words-fields.tsx";
import { AddItemRow } from "./add-item.tsx";
import { clearDone, hasDone, isBusy, items, loadLookAlikes, sendAll, stage, type Where, where } from "./add-store.ts";
import { acceptedPictures } from "./picture-type.ts";
import "./add.css";

const places: readonly { where: Where; label: string }[] = [
  { where: "end", label: "End of the queue" },
  { where: "shuffle", label: "Random place in the queue" },
  { where: "draft", label: "Drafts" },
];

/** Choosing or dropping pictures, describing them, and sending them. */
export default function AddPage() {
  const all = items.value;
  const staged = all.filter(({ state }) => state.step === "staged");
  const postable = staged.every(({ words }) => arePostable(words));
  useEffect(() => {
    void seriesNames.load();
    const stay = (event: BeforeUnloadEvent) => {
      if (isBusy()) event.preventDefault();
    };
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, []);
  const isOnline = online.value;
  useEffect(() => {
    if (isOnline) void loadLookAlikes();
  }, [isOnline]);
  return (
    <>
      <div class="page-head">
        <h1>Add squares</h1>
        <a class="button page-aside" href="/scan">
          <Icon name="scan" /> Scan with the camera
        </a>
      </div>
      <DropZone small={all.length > 0} />
      {all.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (postable) sendAll();
          }}
        >
          <ul class="add-items">
            {all.map((item) => (
              <AddItemRow key={item.key} item={item} />
            ))}
          </ul>
          {(staged.length > 0 || hasDone.value) && (
            <div class="add-foot">
              {staged.length > 0 && (
                <label class="field">
                  <span>Add to</span>
                  <select
                    value={where.value}
                    onChange={(event) => {
                      where.value = event.currentTarget.value as Where;
                    }}
                  >
                    {places.map((place) => (
                      <option key={place.where} value={place.where}>
                        {place.label}
                      </option>
                    ))}
                  </select>
                </label>
              )}
              {hasDone.value && <Button onClick={clearDone}>Clear finished</Button>}
              {staged.length > 0 && (
                <>
                  {!postable && <span class="quiet">Every square needs a title, and text that fits X.</span>}
                  <Button type="submit" main disabled={!postable}>
                    Add {formatCount(staged.length, "square")}
                  </Button>
                </>
              )}
            </div>
          )}
        </form>
      )}
    </>
  );
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;

function DropZone({ small }: { small: boolean }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The whole window accepts files: after a near miss the browser would otherwise open the picture.
    const drag = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const dropped = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      stage(event.dataTransfer?.files ?? []);
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", dropped);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", dropped);
    };
  }, []);
  return (
    <div class={`drop-zone${small ? " drop-zone-small" : ""}${over ? " drop-zone-over" : ""}`}>
      <span class="drop-frame" aria-hidden="true">
        <Icon name="add" />
      </span>
      <p>
        <label class="button button-main">
          <input
            ref={input}
            type="file"
            class="visually-hidden"
            accept={acceptedPictures}
            multiple
            onChange={() => {
              stage(input.current?.files ?? []);
              if (input.current) input.current.value = "";
            }}
          />
          Choose pictures
        </label>
        <span class="quiet drop-words">or drop them here</span>
      </p>
      {!small && (
        <p class="quiet">
          JPEG, PNG, WebP, AVIF, TIFF or HEIC. The original is kept as it is. Location data is never posted.
        </p>
      )}
    </div>
  );
}
