import { useEffect, useId, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { seriesNames } from "../base/series.ts";
import { mistakesOf } from "../square/mistakes.ts";
import { type Change, changes } from "./changes.ts";

interface ChangeDialogProps {
  title: string;
  onChange: (change: Change) => void;
  onClose: () => void;
}

/** What can be changed in all selected squares. Each button changes one thing, and can be undone. */
export function ChangeDialog({ title, onChange, onClose }: ChangeDialogProps) {
  const [series, setSeries] = useState("");
  const [caption, setCaption] = useState("");
  const id = useId();
  useEffect(() => void seriesNames.load(), []);
  const mistake = mistakesOf({ title: "", caption, altText: "", series: "" }).caption;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          onChange(changes.series(series.trim()));
        }}
      >
        <label class="field">
          <span>Series</span>
          <input
            list={`${id}-series`}
            value={series}
            maxLength={200}
            autocomplete="off"
            onInput={(event) => setSeries(event.currentTarget.value)}
          />
          <datalist id={`${id}-series`}>
            {seriesNames.names.value.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        <Button type="submit">{series.trim() === "" ? "Remove series" : "Set series"}</Button>
      </form>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (mistake === undefined) onChange(changes.caption(caption.trim()));
        }}
      >
        <label class="field">
          <span>Caption</span>
          <textarea
            rows={2}
            value={caption}
            aria-describedby={`${id}-mistake`}
            aria-invalid={mistake !== undefined}
            onInput={(event) => setCaption(event.currentTarget.value)}
          />
          <small id={`${id}-mistake`} class="mistake" aria-live="polite">
            {mistake}
          </small>
        </label>
        <Button type="submit" disabled={mistake !== undefined}>
          {caption.trim() === "" ? "Remove caption" : "Set caption"}
        </Button>
      </form>
      <div class="switches">
        <Button onClick={() => onChange(changes.place("top"))}>Move to top</Button>
        <Button onClick={() => onChange(changes.place("end"))}>Move to end</Button>
        <Button onClick={() => onChange(changes.draft)}>Make drafts</Button>
        <Button onClick={() => onChange(changes.withdraw)}>Withdraw</Button>
      </div>
      <p class="quiet">Squares that are not in the queue are added to it by “Move to top” and “Move to end”.</p>
    </Dialog>
  );
}
