import type { Schedule } from "../../contract.ts";
import { api } from "../base/api.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { overview, setSchedule, squaresChanged } from "../base/overview.ts";

export const pause = (until?: string): Promise<void> =>
  change({
    shown: (before) => ({ ...before, state: "disabled", pause: { pausedBy: "person", ...(until && { until }) } }),
    call: () => api.pause(until === undefined ? {} : { until }),
    done: () => toastDone("Paused. The queue stays as it is.", { label: "Resume", run: () => void resume() }),
    failed: (error) => toastFailed("The schedule could not be paused.", error, () => void pause(until)),
  });

export const resume = (): Promise<void> =>
  change({
    shown: ({ pause: _, ...rest }) => ({ ...rest, state: "enabled" }),
    call: api.resume,
    done: () => toastDone("Resumed. Posts missed in the meantime are skipped."),
    failed: (error) => toastFailed("The schedule could not be resumed.", error, () => void resume()),
  });

interface Change {
  shown: (before: Schedule) => Schedule;
  call: () => Promise<Schedule>;
  done: () => void;
  failed: (error: unknown) => void;
}

/** Shows the new state at once, and the old one again if the server refuses. */
async function change({ shown, call, done, failed }: Change): Promise<void> {
  const before = overview.peek()?.schedule;
  if (before) setSchedule(shown(before));
  try {
    setSchedule(await call());
    done();
    // Every list shows other dates now.
    squaresChanged();
  } catch (error) {
    if (before) setSchedule(before);
    failed(error);
  }
}
