import { expressionOf, presetOf } from "@twobytwo/core/schedule/presets";
import { useEffect, useState } from "preact/hooks";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatRhythm, formatTime, ownTimeZone } from "../base/format.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { overview, setSchedule, squaresChanged } from "../base/overview.ts";
import { messageOf } from "../base/request.ts";
import { missingIn, PresetFields } from "./preset-fields.tsx";

interface Preview {
  description?: string;
  times?: string[];
  /** Of the times; what is being typed may not be a time zone yet. */
  timeZone?: string;
  mistake?: string;
}

const settleMs = 250;
const timeZones = Intl.supportedValuesOf("timeZone");

async function save(schedule: { expression: string; timeZone: string }, before?: typeof schedule): Promise<void> {
  setSchedule(await api.setSchedule(schedule));
  squaresChanged();
  toastDone(
    "Schedule changed. The dates in the queue have moved with it.",
    before && {
      label: "Undo",
      run: () =>
        void save(before).catch((error: unknown) => toastFailed("The old schedule could not be restored.", error)),
    },
  );
}

export default function ChangeDialog({ onClose }: { onClose: () => void }) {
  const before = overview.value?.schedule;
  const [preset, setPreset] = useState(() => presetOf(before?.expression ?? "cron(0 18 * * ? *)"));
  const [timeZone, setTimeZone] = useState(before?.timeZone ?? ownTimeZone);
  const [preview, setPreview] = useState<Preview>({});
  const [busy, setBusy] = useState(false);
  const missing = missingIn(preset);
  const expression = missing === undefined ? expressionOf(preset) : "";
  useEffect(() => {
    if (missing !== undefined) return setPreview({ mistake: missing });
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      api.previewSchedule({ expression, timeZone }, aborter.signal).then(
        (preview) => setPreview({ ...preview, timeZone }),
        (error: unknown) => {
          if (!aborter.signal.aborted) setPreview({ mistake: messageOf(error) });
        },
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [expression, timeZone, missing]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save({ expression, timeZone }, before && { expression: before.expression, timeZone: before.timeZone });
      onClose();
    } catch (error) {
      setPreview({ mistake: messageOf(error) });
      setBusy(false);
    }
  };
  return (
    <Dialog title="Change schedule" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <PresetFields preset={preset} onChange={setPreset} />
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
        {timeZone !== ownTimeZone && (
          <Button slim onClick={() => setTimeZone(ownTimeZone)}>
            Use your time zone, {ownTimeZone}
          </Button>
        )}
        <section class="preview-times" aria-label="Next posts" aria-live="polite">
          {preview.mistake === undefined ? (
            <>
              <p>
                {preview.description === undefined
                  ? "\u00a0"
                  : formatRhythm(preview.description, preview.timeZone ?? timeZone)}
              </p>
              <ol>
                {(preview.times ?? Array.from({ length: 5 }, () => undefined)).slice(0, 5).map((time, index) => (
                  <li key={time ?? index}>
                    {time === undefined ? "\u00a0" : formatTime(time, { timeZone: preview.timeZone })}
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
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" main disabled={busy || preview.mistake !== undefined}>
            Save schedule
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
