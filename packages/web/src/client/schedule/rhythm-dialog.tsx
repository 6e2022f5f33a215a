import { useEffect, useState } from "preact/hooks";
import { wordsOf } from "../base/api.ts";
import { Dialog } from "../base/dialog.tsx";
import { api } from "../base/endpoints.ts";
import { ownTimeZone, timeWords } from "../base/format.ts";
import { overview, refreshOverview, setRhythm } from "../base/overview.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import { expressionOf, rhythmOf } from "./presets.ts";
import { RhythmFields } from "./rhythm-fields.tsx";

interface Preview {
  description?: string;
  times?: string[];
  /** In which the times are: what is typed meanwhile may be none. */
  timeZone?: string;
  mistake?: string;
}

const settleMs = 250;
const timeZones = Intl.supportedValuesOf("timeZone");

async function save(rhythm: { expression: string; timeZone: string }, before?: typeof rhythm): Promise<void> {
  setRhythm(await api.setRhythm(rhythm));
  void refreshOverview();
  toastDone(
    "The rhythm is changed, and with it all dates of the queue.",
    before && {
      label: "Undo",
      run: () => void save(before).catch((error: unknown) => toastFailed("The old rhythm could not be set.", error)),
    },
  );
}

export default function RhythmDialog({ onClose }: { onClose: () => void }) {
  const before = overview.value?.schedule;
  const [rhythm, changeRhythm] = useState(() => rhythmOf(before?.expression ?? "cron(0 18 * * ? *)"));
  const [timeZone, setTimeZone] = useState(before?.timeZone ?? ownTimeZone);
  const [preview, setPreview] = useState<Preview>({});
  const [busy, setBusy] = useState(false);
  const expression = expressionOf(rhythm);
  useEffect(() => {
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      api.previewRhythm({ expression, timeZone }, aborter.signal).then(
        (preview) => setPreview({ ...preview, timeZone }),
        (error: unknown) => {
          if (!aborter.signal.aborted) setPreview({ mistake: wordsOf(error) });
        },
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [expression, timeZone]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save({ expression, timeZone }, before && { expression: before.expression, timeZone: before.timeZone });
      onClose();
    } catch (error) {
      setPreview({ mistake: wordsOf(error) });
      setBusy(false);
    }
  };
  return (
    <Dialog title="Rhythm" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <RhythmFields rhythm={rhythm} onChange={changeRhythm} />
        <label class="field">
          <span>Time zone</span>
          <input
            list="time-zones"
            value={timeZone}
            required
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setTimeZone(event.currentTarget.value)}
          />
          <datalist id="time-zones">
            {timeZones.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        <section class="preview-times" aria-label="The next times" aria-live="polite">
          {preview.mistake === undefined ? (
            <>
              <p>{preview.description ?? "\u00a0"}</p>
              <ol>
                {(preview.times ?? Array.from({ length: 5 }, () => undefined)).slice(0, 5).map((time, index) => (
                  <li key={time ?? index}>
                    {time === undefined ? "\u00a0" : timeWords(time, { now: new Date(), timeZone: preview.timeZone })}
                  </li>
                ))}
              </ol>
            </>
          ) : (
            <p class="mistake" role="alert">
              {preview.mistake}
            </p>
          )}
        </section>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button-main" disabled={busy || preview.mistake !== undefined}>
            Set this rhythm
          </button>
        </div>
      </form>
    </Dialog>
  );
}
