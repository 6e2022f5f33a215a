import { api } from "../base/api.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { Unreachable } from "../base/request.ts";
import { navigate } from "../base/router.ts";

const lookEveryMs = 1_000;

/** Starts a run, and reports how it ends. */
export async function postAndFollow(start: () => Promise<{ execution: string }>, title: string): Promise<void> {
  try {
    const { execution } = await start();
    const name = execution.split(":").at(-1) ?? execution;
    const view = { label: "View run", run: () => navigate(`/runs/${encodeURIComponent(name)}`) };
    toastDone(`Posting “${title}”…`, view);
    const { status, summary, cause } = await ended(name);
    squaresChanged();
    if (status === "SUCCEEDED") toastDone(summary, view);
    else toastFailed(`${summary}.`, new Error(cause ?? "The square is not lost."));
  } catch (error) {
    toastFailed(`“${title}” could not be posted.`, error);
    squaresChanged();
  }
}

/** The run once it has ended. Without a network it waits: the run goes on without us. */
async function ended(name: string) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    const run = await api.run(name).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
      return undefined;
    });
    if (run !== undefined && run.status !== "RUNNING") return run;
  }
}
