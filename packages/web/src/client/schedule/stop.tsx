import { useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";
import { Trouble } from "../base/trouble.tsx";
import { resume } from "./pausing.ts";
import { formatPauseEnd, stopOf } from "./summary.ts";

const ConfirmTableDialog = lazy<{ onClose: () => void }>(() => import("./confirm-table-dialog.tsx"));

/** Above every page while nothing is posted: why, and the button that ends it. */
export function Stop() {
  const [asking, setAsking] = useState(false);
  const now = overview.value;
  const stop = now && stopOf(now);
  if (stop === undefined) return null;
  return (
    <section class="stop" aria-label="Posting has stopped">
      <div class="stop-words">
        <strong>Posting has stopped.</strong> <Trouble told={stop.told} />
        {stop.triedAgain !== undefined && (
          <p class="quiet">
            One square is tried again {formatPauseEnd(stop.triedAgain, now?.schedule.timeZone ?? "UTC")}.
          </p>
        )}
      </div>
      {stop.ends === "resume" ? (
        <Button onClick={() => void resume()}>Resume posting</Button>
      ) : (
        <Button onClick={() => setAsking(true)}>Compare and confirm…</Button>
      )}
      {asking && <ConfirmTableDialog onClose={() => setAsking(false)} />}
    </section>
  );
}
