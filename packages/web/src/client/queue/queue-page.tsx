import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { formatBoth, formatCount, formatDay, ownTimeZone, titleOf } from "../base/format.ts";
import { overview, revision } from "../base/overview.ts";
import { useShownOrder } from "../base/shown-order.ts";
import { Empty, Failed, SkeletonRows } from "../base/states.tsx";
import { WaitingPlace } from "../waiting/waiting-place.tsx";
import { useSteps } from "./in-steps.ts";
import { QueueRow } from "./queue-row.tsx";
import { hasPlace, queue } from "./queue-store.ts";
import { useSortable } from "./sortable.ts";
import "./queue.css";

function timesNote(first: string, timeZone: string): string {
  const both = formatBoth(first, timeZone);
  return both === undefined ? "" : ` · ${both}`;
}

/** What is posted next, and when. */
export default function QueuePage() {
  const [editing, setEditing] = useState<string>();
  const seen = revision.value;
  useEffect(() => void queue.load(), [seen]);
  const state = queue.state.value;
  const posts = state?.posts ?? [];
  const squares = new Map(posts.map((post) => [post.square.id, post.square]));
  const queued = posts.filter(hasPlace);
  const sortable = useSortable({
    ids: queued.map(({ square }) => square.id),
    nameOf: (id) => titleOf(squares.get(id) ?? { title: "", id }),
    onMove: (id, to) => void queue.move(id, to),
  });
  const { lifted } = sortable;
  const drawn = useSteps(posts.length);
  useShownOrder([{ ids: posts.map(({ square }) => square.id), more: queue.canShowMore() ? queue.more : undefined }]);
  useLayoutEffect(() => queue.hold(lifted !== undefined), [lifted]);
  const timeZone = state?.schedule.timeZone ?? ownTimeZone;
  const first = posts[0]?.at;
  const stock = overview.value?.stock;
  const emptyOn = state?.emptyOn;
  return (
    <>
      <div class="page-head page-head-two">
        <h1>Queue</h1>
        <p class="quiet">
          {stock === undefined ? "\u00a0" : formatCount(stock.queued, "square")}
          {stock !== undefined && stock.dated > 0 && `, ${stock.dated} with a date`}
          {emptyOn !== undefined && `, enough until ${formatDay(emptyOn, { timeZone })}`}
          {first !== undefined && timesNote(first, timeZone)}
        </p>
        <span class="page-aside">
          {stock !== undefined && stock.draft > 0 && <a href="/?status=draft">{formatCount(stock.draft, "draft")}</a>}
          <a href="/month">Month</a>
        </span>
      </div>
      <WaitingPlace folds />
      <p id="sort-help" class="visually-hidden">
        Press Space to pick up the square, the arrow keys to move it, Space to drop it, Escape to cancel.
      </p>
      {queue.failure.value !== undefined && state === undefined && (
        <Failed what="The queue could not be loaded" error={queue.failure.value} again={() => void queue.load()} />
      )}
      {state === undefined && queue.failure.value === undefined && <SkeletonRows count={7} />}
      {state !== undefined && posts.length === 0 && (
        <Empty icon="queue" title="The queue is empty">
          <p>Posting starts again as soon as you add a square.</p>
          <a class="button button-main" href="/add">
            Add squares
          </a>
        </Empty>
      )}
      <ol ref={sortable.list} class="queue" hidden={posts.length === 0}>
        {posts.slice(0, drawn).map((post, index) => {
          // Squares with a date stay where they are posted, whatever is lifted.
          const id = hasPlace(post) ? (sortable.order[queued.indexOf(post)] ?? "") : post.square.id;
          const square = squares.get(id);
          const { at } = post;
          return (
            square && (
              <QueueRow
                key={id}
                post={{ square, ...(at !== undefined && { at }) }}
                index={index}
                timeZone={timeZone}
                sortable={sortable}
                editing={editing === id && sortable.lifted === undefined}
                onEdit={(open) => setEditing(open ? id : undefined)}
              />
            )
          );
        })}
      </ol>
      {state?.follower !== undefined &&
        drawn >= posts.length &&
        (queue.canShowMore() ? (
          <button type="button" class="button more" onClick={queue.more}>
            Show more
          </button>
        ) : (
          <p class="quiet list-end">
            {formatCount((stock?.queued ?? 0) - queued.length, "square")} more on the <a href="/?status=queued">wall</a>
            .
          </p>
        ))}
    </>
  );
}
