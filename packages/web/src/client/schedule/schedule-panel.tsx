import { useState } from "preact/hooks";
import { timeWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { resume } from "./schedule-acts.ts";
import { scheduleWords } from "./schedule-words.ts";

const PauseDialog = lazy<{ onClose: () => void }>(() => import("./pause-dialog.tsx"));
const RhythmDialog = lazy<{ onClose: () => void }>(() => import("./rhythm-dialog.tsx"));
const PostNowDialog = lazy<{ onClose: () => void }>(() => import("./post-now-dialog.tsx"));

/** How the schedule stands, what is next, and the switches: always in sight. */
export function SchedulePanel() {
  const [open, setOpen] = useState<"pause" | "rhythm" | "post">();
  const now = overview.value;
  if (now === undefined) return <section class="schedule" aria-label="Schedule" aria-busy="true" />;
  const words = scheduleWords(now, new Date());
  const halted = words.mood === "paused" || words.mood === "stopped";
  const close = () => setOpen(undefined);
  return (
    <section class="schedule" aria-label="Schedule">
      <p class={`mood mood-${words.mood}`}>
        <span class="dot" aria-hidden="true" />
        <strong>{words.short}</strong>
      </p>
      <p class="schedule-long">{words.long}</p>
      {now.next && (
        <a class="next" href={`/squares/${encodeURIComponent(now.next.square.id)}`}>
          <Picture src={now.next.square.thumbnailUrl} alt="" size={56} eager />
          <span>
            <span class="next-title">{titleOf(now.next.square)}</span>
            <span class="quiet">
              {now.next.at === undefined || halted
                ? "first when it goes on"
                : timeWords(now.next.at, { now: new Date(), timeZone: now.schedule.timeZone })}
            </span>
          </span>
        </a>
      )}
      <p class="quiet">{words.stock}</p>
      <div class="schedule-switches">
        {halted ? (
          <button type="button" class="button button-main" onClick={() => void resume()}>
            <Icon name="play" /> Resume
          </button>
        ) : (
          <button type="button" class="button" onClick={() => setOpen("pause")}>
            <Icon name="pause" /> Pause
          </button>
        )}
        <button type="button" class="button" disabled={now.stock.queued === 0} onClick={() => setOpen("post")}>
          <Icon name="send" /> Post now
        </button>
        <button type="button" class="button" onClick={() => setOpen("rhythm")}>
          <Icon name="clock" /> Rhythm
        </button>
      </div>
      {open === "pause" && <PauseDialog onClose={close} />}
      {open === "rhythm" && <RhythmDialog onClose={close} />}
      {open === "post" && <PostNowDialog onClose={close} />}
    </section>
  );
}
