import { useState } from "preact/hooks";
import { account } from "../base/account.ts";
import { AccountFace, AccountLine } from "../base/account-line.tsx";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatTime, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import type { PostNowProps } from "../square/post-now-dialog.tsx";
import { resume } from "./pausing.ts";
import { scheduleSummary } from "./summary.ts";

const PauseDialog = lazy<{ onClose: () => void }>(() => import("./pause-dialog.tsx"));
const ChangeDialog = lazy<{ onClose: () => void }>(() => import("./change-dialog.tsx"));
const PostNowDialog = lazy<PostNowProps>(() => import("../square/post-now-dialog.tsx"));

/** Whether posts go out, what is next, and the controls. Always in sight on a wide screen. */
export function SchedulePanel() {
  const [open, setOpen] = useState<"pause" | "change" | "post">();
  const now = overview.value;
  if (now === undefined) return <section class="schedule" aria-label="Schedule" aria-busy="true" />;
  const { mood, isHalted, short, long, stock } = scheduleSummary(now);
  const { next } = now;
  const close = () => setOpen(undefined);
  return (
    <section class="schedule" aria-label="Schedule">
      <p class={`mood mood-${mood}`}>
        <span class="dot" aria-hidden="true" />
        <strong>{short}</strong>
      </p>
      <p class="schedule-long">{long}</p>
      <AccountLine />
      {next && (
        <a class="next" href={squarePath(next.square.id)}>
          <Picture src={next.square.thumbnailUrl} alt="" size={56} eager />
          <span>
            <span class="next-title">{titleOf(next.square)}</span>
            <span class="quiet">
              {isHalted
                ? "first after you resume"
                : next.at === undefined
                  ? "\u00a0"
                  : formatTime(next.at, { timeZone: now.schedule.timeZone })}
            </span>
          </span>
        </a>
      )}
      <p class="quiet">{stock}</p>
      {now.bluesky && (
        <p class="quiet">
          Shared on Bluesky as{" "}
          {now.bluesky.name ? `${now.bluesky.name} (@${now.bluesky.username})` : `@${now.bluesky.username}`}
        </p>
      )}
      <div class="schedule-switches">
        {isHalted ? (
          <Button main onClick={() => void resume()}>
            <Icon name="play" /> Resume
          </Button>
        ) : (
          <Button onClick={() => setOpen("pause")}>
            <Icon name="pause" /> Pause
          </Button>
        )}
        <Button disabled={now.next === undefined} onClick={() => setOpen("post")}>
          <Icon name="send" /> Post now
        </Button>
        <Button onClick={() => setOpen("change")}>
          <Icon name="clock" /> Change schedule
        </Button>
      </div>
      {open === "pause" && <PauseDialog onClose={close} />}
      {open === "change" && <ChangeDialog onClose={close} />}
      {open === "post" && next && (
        <PostNowDialog title="Post the next square now?" square={next.square} start={api.postNow} onClose={close} />
      )}
    </section>
  );
}

/** The schedule on a phone: one line with its main control, and everything else one tap away. */
export function ScheduleStrip() {
  const [open, setOpen] = useState<"all" | "pause">();
  const now = overview.value;
  if (now === undefined) return <section class="schedule-strip" aria-label="Schedule" aria-busy="true" />;
  const { mood, isHalted, short } = scheduleSummary(now);
  const close = () => setOpen(undefined);
  return (
    <section class="schedule-strip" aria-label="Schedule">
      <button type="button" class={`mood mood-${mood}`} aria-haspopup="dialog" onClick={() => setOpen("all")}>
        <AccountFace />
        <span class="mood-words">
          <strong>
            <span class="dot" aria-hidden="true" /> {short}
          </strong>
          <span class="quiet">
            {account.value?.state === "known" && (
              <>
                <span class="mood-account">@{account.value.username}</span> <span class="mood-divider">·</span>
              </>
            )}
            <span>{now.stock.queued.toLocaleString()} in the queue</span>
          </span>
        </span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={isHalted ? "Resume" : "Pause"}
        onClick={() => (isHalted ? void resume() : setOpen("pause"))}
      >
        <Icon name={isHalted ? "play" : "pause"} />
      </button>
      {open === "pause" && <PauseDialog onClose={close} />}
      {open === "all" && (
        <Dialog title="Schedule" onClose={close}>
          <SchedulePanel />
        </Dialog>
      )}
    </section>
  );
}
