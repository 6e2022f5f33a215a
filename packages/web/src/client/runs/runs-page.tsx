import { useEffect, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import type { RunLine } from "../../contract-runs.ts";
import { wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { countWords, durationWords, timeWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { overview, timeZone } from "../base/overview.ts";
import { PictureLink } from "../base/picture.tsx";
import { session } from "../base/session.ts";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { toastFailed } from "../base/toasts.tsx";
import { useLoad } from "../base/use-load.ts";
import { runMood } from "./run-mood.ts";
import "./runs.css";

const lookEveryMs = 2_000;

/** What the workflow did, in lines that a person can read, and above them what waits for a person. */
export default function RunsPage() {
  const first = useLoad(() => api.runs(), []);
  const [more, setMore] = useState<{ runs: RunLine[]; cursor?: string | undefined }>();
  const runs = [...(first.value?.runs ?? []), ...(more?.runs ?? [])];
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
      setMore({ runs: [...(more?.runs ?? []), ...next.runs], cursor: next.cursor });
    } catch (error) {
      toastFailed("No more could be loaded.", error);
    }
  };
  const { consoleUrl } = session.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        {consoleUrl && (
          <a class="page-aside" href={consoleUrl} target="_blank" rel="noreferrer">
            Step Functions console <Icon name="external" />
          </a>
        )}
      </div>
      <HeldSquares />
      {first.value === undefined && first.error === undefined && <SkeletonRows count={6} />}
      {first.value === undefined && first.error !== undefined && (
        <Failed what="The runs could not be loaded" error={first.error} again={first.reload} />
      )}
      {first.value !== undefined && runs.length === 0 && (
        <Empty icon="runs" title="Nothing has run yet">
          <p>Each time the schedule comes round, or you post now, a run is listed here.</p>
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
  const mood = runMood(run);
  return (
    <li class="row run-row">
      <a class={`run-link outcome-${mood}`} href={`/runs/${encodeURIComponent(run.name)}`}>
        <span class="dot" aria-hidden="true" />
        <span class="run-summary">{run.summary}</span>
        <time class="quiet" dateTime={run.startedAt}>
          {timeWords(run.startedAt, { now: new Date(), timeZone: timeZone.value })}
          {run.endedAt && ` · ${durationWords(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`}
        </time>
      </a>
    </li>
  );
}

/** Squares that X refused, or of which the workflow could not tell whether they are out: a person decides on each. */
function HeldSquares() {
  const count = overview.value?.stock.review ?? 0;
  const held = useLoad(() => api.squares({ status: "review", limit: 50, order: "newest" }), []);
  if (count === 0 && (held.value?.squares.length ?? 0) === 0) return null;
  return (
    <section class="held" aria-labelledby="held-title">
      <h2 id="held-title">{countWords(held.value?.squares.length ?? count, "square")} held for you</h2>
      {held.error !== undefined && <p class="mistake">{wordsOf(held.error)}</p>}
      <ul class="rows">
        {held.value?.squares.map((square) => (
          <HeldRow key={square.id} square={square} />
        ))}
      </ul>
    </section>
  );
}

function HeldRow({ square }: { square: SquareCard }) {
  const { accountUrl } = session.value ?? {};
  return (
    <li class="row held-row">
      <PictureLink id={square.id} src={square.thumbnailUrl} size={96} />
      <div class="row-words">
        <a class="row-title" href={`/squares/${encodeURIComponent(square.id)}`}>
          {titleOf(square)}
        </a>
        {square.lastError && (
          <p class="held-reason">
            <strong>{square.lastError.name}</strong> <span>{square.lastError.message}</span>
          </p>
        )}
        <div class="switches">
          <a
            class="button"
            href={`/squares/${encodeURIComponent(square.id)}`}
            aria-label={`Decide on ${titleOf(square)}`}
          >
            Decide…
          </a>
          {accountUrl && (
            <a href={accountUrl} target="_blank" rel="noreferrer">
              Look at X <Icon name="external" />
            </a>
          )}
        </div>
      </div>
    </li>
  );
}
