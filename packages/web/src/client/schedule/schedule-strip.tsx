import { useState } from "preact/hooks";
import { Dialog } from "../base/dialog.tsx";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";
import { ThemeSwitch } from "../shell/theme-switch.tsx";
import { resume } from "./schedule-acts.ts";
import { SchedulePanel } from "./schedule-panel.tsx";
import { scheduleWords } from "./schedule-words.ts";

const PauseDialog = lazy<{ onClose: () => void }>(() => import("./pause-dialog.tsx"));

/** The schedule on a phone: its state in a line, the main switch beside it, everything else one tap away. */
export function ScheduleStrip() {
  const [open, setOpen] = useState<"all" | "pause">();
  const now = overview.value;
  if (now === undefined) return <section class="schedule-strip" aria-label="Schedule" aria-busy="true" />;
  const words = scheduleWords(now, new Date());
  const halted = words.mood === "paused" || words.mood === "stopped";
  return (
    <section class="schedule-strip" aria-label="Schedule">
      <button type="button" class={`mood mood-${words.mood}`} aria-haspopup="dialog" onClick={() => setOpen("all")}>
        <span class="dot" aria-hidden="true" />
        <span class="mood-words">
          <strong>{words.short}</strong>
          <span class="quiet">{words.stock}</span>
        </span>
      </button>
      {halted ? (
        <button type="button" class="icon-button" aria-label="Resume" onClick={() => void resume()}>
          <Icon name="play" />
        </button>
      ) : (
        <button type="button" class="icon-button" aria-label="Pause" onClick={() => setOpen("pause")}>
          <Icon name="pause" />
        </button>
      )}
      {open === "pause" && <PauseDialog onClose={() => setOpen(undefined)} />}
      {open === "all" && (
        <Dialog title="Schedule" onClose={() => setOpen(undefined)}>
          <SchedulePanel />
          <div class="sheet-foot">
            <ThemeSwitch />
          </div>
        </Dialog>
      )}
    </section>
  );
}
