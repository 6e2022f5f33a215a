import { useEffect, useState } from "preact/hooks";
import type { RunLine } from "../../contract-runs.ts";
import { api } from "../base/api.ts";
import { OutsideLink } from "../base/button.tsx";
import { formatDuration, formatTime } from "../base/format.ts";
import { toastFailed } from "../base/messages.tsx";
import { plainWords } from "../base/plain-words.ts";
import { squarePath } from "../base/router.ts";
import { session } from "../base/session.ts";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { Trouble } from "../base/trouble.tsx";
import { useLoad } from "../base/use-load.ts";
import { WaitingPlace } from "../waiting/waiting-place.tsx";
import "./runs.css";

const lookEveryMs = 2_000;

/** What the workflow did and, above it, what waits for a decision. */
export default function RunsPage() {
  const first = useLoad(() => api.runs(), []);
  const [more, setMore] = useState<{ runs: RunLine[]; cursor?: string | undefined }>();
  const newest = first.value?.runs ?? [];
  const known = new Set(newest.map(({ name }) => name));
  const runs = [...newest, ...(more?.runs ?? []).filter(({ name }) => !known.has(name))];
  const cursor = more === undefined ? first.value?.cursor : more.cursor;
  const running = first.value?.runs.some(({ status }) => status === "RUNNING") ?? false;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(first.reload, lookEveryMs);
    return () => clearInterval(timer);
  }, [running, first.reload]);
  const loadMore = async () => {
    try {
      const next = await api.runs(cursor);
      // Those of the first page as well: each new run pushes one out of it.
      setMore({ runs: [...runs, ...next.runs], cursor: next.cursor });
    } catch (error) {
      toastFailed("More runs could not be loaded.", error);
    }
  };
  const { consoleUrl } = session.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        {consoleUrl && (
          <OutsideLink class="page-aside" href={consoleUrl}>
            Step Functions console
          </OutsideLink>
        )}
      </div>
      <WaitingPlace />
      {first.value === undefined && first.error === undefined && <SkeletonRows count={6} />}
      {first.value === undefined && first.error !== undefined && (
        <Failed what="The runs could not be loaded" error={first.error} again={first.reload} />
      )}
      {first.value !== undefined && runs.length === 0 && (
        <Empty icon="runs" title="No runs yet">
          <p>A run is listed here for each scheduled time, and each time that you post now.</p>
        </Empty>
      )}
      <ol class="rows runs">
        {runs.map((run) => (
          <RunRow key={run.name} run={run} />
        ))}
      </ol>
      {cursor !== undefined && (
        <button type="button" class="button more" onClick={() => void loadMore()}>
          Show more
        </button>
      )}
    </>
  );
}

function RunRow({ run }: { run: RunLine }) {
  return (
    <li class="row run-row">
      <a class={`run-link outcome-${run.status.toLowerCase()}`} href={`/runs/${encodeURIComponent(run.name)}`}>
        <span class="dot" aria-hidden="true" />
        <span class="run-summary">{run.summary}</span>
        <time class="quiet" dateTime={run.startedAt}>
          {formatTime(run.startedAt)}
          {run.endedAt && ` · ${formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`}
        </time>
      </a>
      {run.error !== undefined && (
        <div class="run-failure">
          <Trouble told={plainWords(run.cause ?? "", run.error)} />{" "}
          {run.squareId && <a href={squarePath(run.squareId)}>{run.squareTitle ?? "View square"}</a>}
        </div>
      )}
    </li>
  );
}
