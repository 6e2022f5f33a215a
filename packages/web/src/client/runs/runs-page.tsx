import { useEffect, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import type { RunLine } from "../../contract-runs.ts";
import { api } from "../base/api.ts";
import { OutsideLink } from "../base/button.tsx";
import { formatCount, formatDuration, formatTime, titleOf } from "../base/format.ts";
import { toastFailed } from "../base/messages.tsx";
import { overview, timeZone } from "../base/overview.ts";
import { PictureLink } from "../base/picture.tsx";
import { messageOf } from "../base/request.ts";
import { squarePath } from "../base/router.ts";
import { session } from "../base/session.ts";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { useLoad } from "../base/use-load.ts";
import "./runs.css";

const lookEveryMs = 2_000;

/** What the workflow did and, above it, what waits for a decision. */
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
      <HeldSquares />
      {first.value === undefined && first.error === undefined && <SkeletonRows count={6} />}
      {first.value === undefined && first.error !== undefined && (
        <Failed what="The runs could not be loaded" error={first.error} again={first.reload} />
      )}
      {first.value !== undefined && runs.length === 0 && (
        <Empty icon="runs" title="No runs yet">
          <p>A run is listed here each time the schedule fires, or when you post now.</p>
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
          {formatTime(run.startedAt, { now: new Date(), timeZone: timeZone.value })}
          {run.endedAt && ` · ${formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`}
        </time>
      </a>
    </li>
  );
}

/** Squares that X refused, or that may have been posted. A person decides on each. */
function HeldSquares() {
  const count = overview.value?.stock.review ?? 0;
  const held = useLoad(() => api.squares({ status: "review", limit: 50, order: "newest" }), []);
  if (count === 0 && (held.value?.squares.length ?? 0) === 0) return null;
  return (
    <section class="held" aria-labelledby="held-title">
      <h2 id="held-title">{formatCount(held.value?.squares.length ?? count, "square needs", "squares need")} review</h2>
      {held.error !== undefined && <p class="mistake">{messageOf(held.error)}</p>}
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
        <a class="row-title" href={squarePath(square.id)}>
          {titleOf(square)}
        </a>
        {square.lastError && (
          <p class="held-reason">
            <strong>{square.lastError.name}</strong> <span>{square.lastError.message}</span>
          </p>
        )}
        <div class="switches">
          <a class="button" href={squarePath(square.id)} aria-label={`Review ${titleOf(square)}`}>
            Review…
          </a>
          {accountUrl && <OutsideLink href={accountUrl}>View account on X</OutsideLink>}
        </div>
      </div>
    </li>
  );
}
