import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { OutsideLink } from "../base/button.tsx";
import { formatBoth, formatCount, formatMonth, formatTime, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { overview, revision, timeZone } from "../base/overview.ts";
import { PictureLink } from "../base/picture.tsx";
import { squarePath } from "../base/router.ts";
import { useShownOrder } from "../base/shown-order.ts";
import { SquareList } from "../base/square-list.ts";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { UnpostDialog } from "../square/unpost-dialog.tsx";
import "./history.css";

const pageSize = 60;

/** What was posted, month by month, the latest first. */
export default function HistoryPage() {
  const list = useMemo(() => new SquareList({ status: "posted", order: "newest" }), []);
  const [wanted, setWanted] = useState(pageSize);
  const [deleting, setDeleting] = useState<SquareCard>();
  const end = useRef<HTMLDivElement>(null);
  const seen = revision.value;
  useEffect(() => () => list.close(), [list]);
  useEffect(() => list.ensure(wanted), [list, wanted]);
  useEffect(() => {
    if (seen > 0) list.refresh();
  }, [seen, list]);
  const { squares, complete, loading, error } = list.state.value;
  useEffect(() => {
    if (end.current === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setWanted(list.state.peek().squares.length + pageSize),
      { rootMargin: "800px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [list, squares.length]);
  const more = () => list.ensure(squares.length + pageSize);
  useShownOrder([{ ids: squares.map(({ id }) => id), more: complete ? undefined : more }]);
  const posted = overview.value?.stock.posted;
  const [{ postedAt } = {}] = squares;
  const latest = postedAt && timeZone.value && formatBoth(postedAt, timeZone.value);
  const months = Map.groupBy(squares, ({ postedAt, createdAt }) =>
    formatMonth(postedAt ?? createdAt ?? new Date(0).toISOString(), timeZone.value),
  );
  return (
    <>
      <div class="page-head">
        <h1>History</h1>
        <p class="quiet">
          {posted === undefined ? "\u00a0" : formatCount(posted, "post")}
          {latest !== undefined && ` · ${latest}`}
        </p>
      </div>
      {[...months].map(([month, squares]) => (
        <section key={month} class="history-month" aria-label={month}>
          <h2>{month}</h2>
          <ul class="rows">
            {squares.map((square) => (
              <PostedRow key={square.id} square={square} onDelete={() => setDeleting(square)} />
            ))}
          </ul>
        </section>
      ))}
      {error !== undefined && (
        <Failed what="The history could not be loaded" error={error} again={() => list.refresh()} />
      )}
      {squares.length === 0 && complete && (
        <Empty icon="history" title="No posts yet">
          <p>Posts are listed here. You can open them on X, or delete them.</p>
        </Empty>
      )}
      {squares.length === 0 && !complete && error === undefined && <SkeletonRows count={6} />}
      {!complete && squares.length > 0 && error === undefined && (
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
        <a class="row-title" href={squarePath(square.id)}>
          {title}
        </a>
        <span class="quiet">
          {square.postedAt && (
            <time dateTime={square.postedAt}>{formatTime(square.postedAt, { timeZone: timeZone.value })}</time>
          )}
          {square.series && ` · ${square.series}`}
          {square.bluesky?.problem && " · not on Bluesky"}
        </span>
      </div>
      <div class="row-switches">
        {square.postUrl && (
          <OutsideLink class="button button-slim" href={square.postUrl} aria-label={`View post of ${title}`}>
            <span class="wide-only">View post</span>
          </OutsideLink>
        )}
        {square.bluesky?.url && (
          <OutsideLink
            class="button button-slim"
            href={square.bluesky.url}
            aria-label={`View post of ${title} on Bluesky`}
          >
            <span class="wide-only">Bluesky</span>
          </OutsideLink>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={`Delete the post of ${title}`}
          title="Delete post"
          onClick={onDelete}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}
