import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { countWords, monthWords, timeWords, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { overview, revision, timeZone } from "../base/overview.ts";
import { PictureLink } from "../base/picture.tsx";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { UnpostDialog } from "../square/unpost-dialog.tsx";
import { CardList } from "../wall/card-list.ts";
import "./history.css";

const pageSize = 60;

/** What is out, month by month, latest first. */
export default function HistoryPage() {
  const list = useMemo(() => new CardList({ status: "posted", order: "newest" }), []);
  const [wanted, setWanted] = useState(pageSize);
  const [deleting, setDeleting] = useState<SquareCard>();
  const end = useRef<HTMLDivElement>(null);
  const seen = revision.value;
  useEffect(() => () => list.close(), [list]);
  useEffect(() => list.ensure(wanted), [list, wanted]);
  useEffect(() => {
    if (seen > 0) list.refresh();
  }, [seen, list]);
  const { cards, complete, loading, error } = list.state.value;
  useEffect(() => {
    if (end.current === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setWanted(list.state.peek().cards.length + pageSize),
      { rootMargin: "800px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, cards.length]);
  const posted = overview.value?.stock.posted;
  const months = Map.groupBy(cards, ({ postedAt, createdAt }) =>
    monthWords(postedAt ?? createdAt ?? new Date(0).toISOString(), timeZone.value),
  );
  return (
    <>
      <div class="page-head">
        <h1>History</h1>
        <p class="quiet">{posted === undefined ? "\u00a0" : countWords(posted, "post")}</p>
      </div>
      {[...months].map(([month, squares]) => (
        <section key={month} class="month" aria-label={month}>
          <h2>{month}</h2>
          <ul class="rows">
            {squares.map((square) => (
              <PostedRow key={square.id} square={square} onDelete={() => setDeleting(square)} />
            ))}
          </ul>
        </section>
      ))}
      {error !== undefined && (
        <Failed what="The history could not be loaded" error={error} again={() => list.retry()} />
      )}
      {cards.length === 0 && complete && (
        <Empty icon="history" title="Nothing is posted yet">
          <p>What goes out is listed here, with the way to the post and the way back.</p>
        </Empty>
      )}
      {cards.length === 0 && !complete && error === undefined && <SkeletonRows count={6} />}
      {!complete && cards.length > 0 && error === undefined && (
        <div ref={end} class="quiet history-end" aria-hidden="true">
          {loading ? "…" : ""}
        </div>
      )}
      {deleting && <UnpostDialog square={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

function PostedRow({ square, onDelete }: { square: SquareCard; onDelete: () => void }) {
  const title = titleOf(square);
  return (
    <li class="row">
      <PictureLink id={square.id} src={square.thumbnailUrl} size={72} />
      <div class="row-words">
        <a class="row-title" href={`/squares/${encodeURIComponent(square.id)}`}>
          {title}
        </a>
        <span class="quiet">
          {square.postedAt && (
            <time dateTime={square.postedAt}>
              {timeWords(square.postedAt, { now: new Date(), timeZone: timeZone.value })}
            </time>
          )}
          {square.series && ` · ${square.series}`}
        </span>
      </div>
      <div class="row-switches">
        {square.postUrl && (
          <a
            class="button button-slim"
            href={square.postUrl}
            target="_blank"
            rel="noreferrer"
            aria-label={`See the post of ${title}`}
          >
            <span class="wide-only">See the post</span> <Icon name="external" />
          </a>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={`Delete the post of ${title}`}
          title="Delete from X"
          onClick={onDelete}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}
