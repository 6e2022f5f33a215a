import { useEffect, useRef } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { online } from "../base/overview.ts";
import { seriesNames } from "../base/series.ts";
import { focusMistake } from "../square/mistakes.ts";
import { AddItemRow } from "./add-item.tsx";
import { clearDone, hasDone, isReady, items, loadLookAlikes, sendAll, stage, type Where, where } from "./add-store.ts";
import { acceptedPictures } from "./picture-type.ts";
import "./add.css";

const places: readonly { where: Where; label: string }[] = [
  { where: "end", label: "End of queue" },
  { where: "shuffle", label: "Random place" },
  { where: "draft", label: "Drafts" },
];

/** Choosing or dropping pictures, describing them, and sending them. */
export default function AddPage() {
  const all = items.value;
  const staged = all.filter(({ state }) => state.step === "staged");
  const ready = staged.filter(isReady).length;
  useEffect(() => {
    void seriesNames.load();
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
          <Icon name="scan" /> Scan with camera
        </a>
      </div>
      <DropZone small={all.length > 0} />
      {all.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready > 0) sendAll();
            if (ready < staged.length) focusMistake();
          }}
        >
          <ul class="add-items">
            {all.map((item) => (
              <AddItemRow key={item.key} item={item} />
            ))}
          </ul>
          {hasDone.value && (
            <p>
              <Button onClick={clearDone}>Clear finished</Button>
            </p>
          )}
          {staged.length > 0 && (
            <div class="add-foot">
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
              {ready < staged.length && (
                <span class="mistake">
                  {formatCount(staged.length - ready, "picture has", "pictures have")} text that X would refuse.
                </span>
              )}
              <Button type="submit" main>
                {ready > 0 ? `Add ${formatCount(ready, "square")}` : "Show what is wrong"}
              </Button>
            </div>
          )}
        </form>
      )}
    </>
  );
}

function DropZone({ small }: { small: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={small ? "drop-zone drop-zone-small" : "drop-zone"}>
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
        <span class="quiet drop-words">or drop or paste them</span>
      </p>
      {!small && (
        <p class="quiet">
          JPEG, PNG, WebP, AVIF, TIFF or HEIC. The original is kept as it is. Location data is never posted.
        </p>
      )}
    </div>
  );
}
