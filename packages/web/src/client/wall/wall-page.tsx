import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Overview } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { lazy } from "../base/lazy.tsx";
import { overview, revision } from "../base/overview.ts";
import { place, replaceQuery } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";
import { type Stretch, useShownOrder } from "../base/shown-order.ts";
import { SquareList } from "../base/square-list.ts";
import { Failed } from "../base/states.tsx";
import { Selectable } from "../selection/selectable.tsx";
import { isSelecting, stopSelecting } from "../selection/selection.ts";
import type { SelectionBarProps } from "../selection/selection-bar.tsx";
import { WaitingPlace } from "../waiting/waiting-place.tsx";
import { Card, CardSkeleton } from "./card.tsx";
import { NothingHere, WallSkeleton } from "./no-squares.tsx";
import { VirtualWall } from "./virtual-wall.tsx";
import { WallFilter } from "./wall-filter.tsx";
import "./wall.css";

const CaptionsDialog = lazy<{ series: string; onClose: () => void }>(() => import("../series/captions-dialog.tsx"));
const SelectionBar = lazy<SelectionBarProps>(() => import("../selection/selection-bar.tsx"));

type Status = keyof Overview["stock"];

/** In the order of the wall: what is coming, what is not ready, what is posted. */
const parts: readonly { status: Status; title: string }[] = [
  { status: "posting", title: "Posting now" },
  { status: "claimed", title: "Up next" },
  { status: "review", title: "Needs review" },
  { status: "dated", title: "With a date" },
  { status: "queued", title: "Queue" },
  { status: "draft", title: "Drafts" },
  { status: "posted", title: "Posted" },
  { status: "withdrawn", title: "Withdrawn" },
];

/** Those whose words can still be changed; what is missing elsewhere is nobody's to add. */
const isOpen = ({ status }: { status: Status }) => !["posting", "claimed", "posted"].includes(status);

const headingHeight = 76;
const settleMs = 250;

export default function WallPage() {
  const { query } = place.value;
  const [status = "", q = "", series = "", only = ""] = ["status", "q", "series", "only"].map(
    (name) => query.get(name) ?? "",
  );
  const [typed, setTyped] = useState(q);
  const [captions, setCaptions] = useState(false);
  useEffect(() => {
    void seriesNames.load();
  }, []);
  // The search can also change through the address.
  useEffect(() => setTyped(q), [q]);
  // Whoever leaves within that time takes no search to the next page.
  useLayoutEffect(() => {
    const timer = setTimeout(() => typed !== q && replaceQuery({ q: typed }), settleMs);
    return () => clearTimeout(timer);
  }, [typed, q]);
  const stock = overview.value?.stock;
  const [found, setFound] = useState<Found>();
  return (
    <>
      <div class="page-head">
        <h1>Wall</h1>
        <p class="quiet" role="status">
          {countOf({ status, stock, found })}
        </p>
        <span class="page-aside">
          {series !== "" && (
            <Button slim onClick={() => setCaptions(true)}>
              Captions of this series
            </Button>
          )}
          <button
            type="button"
            class="button button-slim"
            aria-pressed={isSelecting.value}
            onPointerEnter={SelectionBar.preload}
            onClick={() => {
              if (isSelecting.peek()) stopSelecting();
              else isSelecting.value = true;
            }}
          >
            Select
          </button>
        </span>
      </div>
      {captions && series !== "" && <CaptionsDialog series={series} onClose={() => setCaptions(false)} />}
      <WaitingPlace />
      <WallFilter
        status={status}
        series={series}
        only={only}
        text={typed}
        onText={setTyped}
        stock={stock}
        parts={parts}
      />
      <Wall
        key={`${status}\n${q}\n${series}\n${only}`}
        status={status}
        q={q}
        series={series}
        only={only}
        stock={stock}
        onFound={setFound}
      />
    </>
  );
}

/** How many squares a search has found so far. */
interface Found {
  count: number;
  isAll: boolean;
}

interface WallOf {
  status: string;
  q: string;
  series: string;
  only: string;
  stock: Overview["stock"] | undefined;
  /** Gets undefined where nothing is searched for. */
  onFound: (found: Found | undefined) => void;
}

function countOf({ status, stock, found }: Pick<WallOf, "status" | "stock"> & { found: Found | undefined }): string {
  if (found !== undefined) return `${found.isAll ? "" : "at least "}${formatCount(found.count, "square")} found`;
  if (stock === undefined) return "\u00a0";
  const counts = status === "" ? Object.values(stock) : [stock[status as Status] ?? 0];
  return formatCount(
    counts.reduce((sum, count) => sum + count, 0),
    "square",
  );
}

function Wall({ status, q, series, only, stock, onFound }: WallOf) {
  const shown = useMemo(
    () => parts.filter((part) => (status === "" ? only === "" || isOpen(part) : part.status === status)),
    [status, only],
  );
  const lists = useMemo(
    () => shown.map((part) => new SquareList({ status: part.status, q, series, only, order: orderOf(part.status) })),
    [shown, q, series, only],
  );
  useEffect(
    () => () => {
      for (const list of lists) list.close();
    },
    [lists],
  );
  const filtered = q !== "" || series !== "" || only !== "";
  const seen = revision.value;
  useEffect(() => {
    if (seen > 0) for (const list of lists) list.refresh();
  }, [seen, lists]);
  useEffect(() => {
    // With a filter, only the first page tells how long a section is.
    if (filtered) for (const list of lists) list.ensure(1);
  }, [filtered, lists]);

  const states = lists.map((list) => list.state.value);
  const count = states.reduce((sum, { squares }) => sum + squares.length, 0);
  const isLoading = states.some(({ loading }) => loading);
  const isAll = states.every(({ complete }) => complete);
  useEffect(() => {
    if (!filtered) onFound(undefined);
    else if (!isLoading) onFound({ count, isAll });
  }, [filtered, count, isLoading, isAll, onFound]);
  const sections = states.map(({ squares, complete, loading }, index) => {
    const known = stock?.[shown[index]?.status ?? "queued"] ?? 0;
    // Without a filter the stock tells the length; with one, it is what was found, plus a row while loading.
    const count = complete
      ? squares.length
      : filtered
        ? squares.length + (loading ? 12 : 0)
        : Math.max(known, squares.length);
    return { key: shown[index]?.status ?? "", count, heading: shown.length > 1 ? headingHeight : 0 };
  });
  const onLook = useMemo(
    () => (section: number, index: number) => {
      // Loads ahead of what is seen.
      lists[section]?.ensure(index + 60);
    },
    [lists],
  );
  const squares = states.flatMap((state) => state.squares);
  const loadAll = async () => (await Promise.all(lists.map((list) => list.all()))).flat();
  let end = 0;
  const gaps = states.flatMap((state) => {
    end += state.squares.length;
    return state.complete ? [] : [end];
  });
  useEffect(() => stopSelecting, []);
  useShownOrder(stretchesOf(lists));
  const failed = states.findIndex(({ error }) => error !== undefined);
  if (failed >= 0)
    return (
      <Failed
        what="The wall could not be loaded"
        error={states[failed]?.error}
        again={() => lists[failed]?.refresh()}
      />
    );
  if (stock === undefined && !filtered) return <WallSkeleton />;
  if (sections.every(({ count }) => count === 0)) return <NothingHere filtered={filtered} status={status} />;
  return (
    <Selectable squares={squares} gaps={gaps} loadAll={loadAll}>
      <VirtualWall
        sections={sections}
        onLook={onLook}
        heading={(section) => (
          <h2 class="wall-heading">
            {shown[section]?.title} <span class="quiet">{filtered ? "" : sections[section]?.count}</span>
          </h2>
        )}
        cell={(section, index, { size, style }) => {
          const square = states[section]?.squares[index];
          const of = sections[section]?.count ?? 0;
          return square === undefined ? (
            <CardSkeleton key={index} style={style} />
          ) : (
            <Card
              key={square.id}
              square={square}
              size={size}
              style={style}
              place={index + 1}
              of={of}
              ofCut={only === "will-be-cut"}
            />
          );
        }}
      />
      {isSelecting.value && <SelectionBar shown={squares} loadAll={loadAll} />}
    </Selectable>
  );
}

/** Where one list is not whole, what follows on the page does not stand behind it yet. */
function stretchesOf(lists: readonly SquareList[]): Stretch[] {
  const stretches: { ids: string[]; more?: () => void }[] = [{ ids: [] }];
  for (const list of lists) {
    const { squares, complete } = list.state.peek();
    const last = stretches.at(-1);
    last?.ids.push(...squares.map(({ id }) => id));
    if (complete || last === undefined) continue;
    last.more = () => list.ensure(squares.length + 1);
    stretches.push({ ids: [] });
  }
  return stretches;
}

const orderOf = (status: Status) => (status === "queued" || status === "dated" ? "oldest" : "newest");
