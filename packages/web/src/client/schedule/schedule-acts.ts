import { Unreachable } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { overview, refreshOverview, setRhythm, squaresChanged } from "../base/overview.ts";
import { navigate } from "../base/router.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";

/** Shows the paused state at once, and takes it back where the server does not agree. */
export async function pause(until?: string): Promise<void> {
  const before = overview.peek()?.schedule;
  if (before)
    setRhythm({ ...before, state: "disabled", pause: { pausedBy: "person", ...(until !== undefined && { until }) } });
  try {
    setRhythm(await api.pause(until === undefined ? {} : { until }));
    toastDone("Paused. The queue stays as it is.", { label: "Resume", run: () => void resume() });
    void refreshOverview();
  } catch (error) {
    if (before) setRhythm(before);
    toastFailed("It could not be paused.", error, () => void pause(until));
  }
}

export async function resume(): Promise<void> {
  const before = overview.peek()?.schedule;
  if (before) {
    const { pause: _, ...rest } = before;
    setRhythm({ ...rest, state: "enabled" });
  }
  try {
    setRhythm(await api.resume());
    toastDone("Resumed. What was missed is not made up for.");
    void refreshOverview();
  } catch (error) {
    if (before) setRhythm(before);
    toastFailed("It could not be resumed.", error, () => void resume());
  }
}

const lookEveryMs = 1_000;

/** Starts a run, and says how it ends. */
export async function postAndFollow(start: () => Promise<{ execution: string }>, title: string): Promise<void> {
  try {
    const { execution } = await start();
    const name = execution.split(":").at(-1) ?? execution;
    toastDone(`“${title}” is on its way.`, {
      label: "Watch",
      run: () => navigate(`/runs/${encodeURIComponent(name)}`),
    });
    await follow(name);
  } catch (error) {
    toastFailed("It could not be posted.", error);
    squaresChanged();
  }
}

async function follow(name: string): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    try {
      const run = await api.run(name);
      if (run.status === "RUNNING") continue;
      squaresChanged();
      const see = { label: "See the run", run: () => navigate(`/runs/${encodeURIComponent(name)}`) };
      if (run.status === "SUCCEEDED") toastDone(run.summary, see);
      else toastFailed(run.summary, new Error("The square is safe."));
      return;
    } catch (error) {
      // The run goes on without us; it is looked for again when the network is back.
      if (!(error instanceof Unreachable)) throw error;
    }
  }
}
