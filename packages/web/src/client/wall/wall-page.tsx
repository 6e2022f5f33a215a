import { useEffect, useMemo, useState } from "preact/hooks";
import type { Overview } from "../../contract.ts";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { lazy } from "../base/lazy.tsx";
import { overview, revision } from "../base/overview.ts";
import { place, replaceQuery } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";
import { SquareList } from "../base/square-list.ts";
import { Empty, Failed } from "../base/states.tsx";
import { WaitingPlace } from "../waiting/waiting-place.tsx";
import { Card, CardSkeleton } from "./card.tsx";
import { VirtualWall } from "./virtual-wall.tsx";
import { WallFilter } from "./wall-filter.tsx";
import "./wall.css";

const CaptionsDialog = lazy<{ series: string; onClose: () => void }>(() => import("../series/captions-dialog.tsx"));

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

const headingHeight = 76;
const settleMs = 250;

export default function WallPage() {
  const { query } = place.value;
  const [status, q, series] = [query.get("status") ?? "", query.get("q") ?? "", query.get("series") ?? ""];
  const [typed, setTyped] = useState(q);
  const [captions, setCaptions] = useState(false);
  useEffect(() => {
    void seriesNames.load();
  }, []);
  // The search can also change through the address.
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
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
        {series !== "" && (
          <span class="page-aside">
            <Button slim onClick={() => setCaptions(true)}>
              Captions of this series
            </Button>
          </span>
        )}
      </div>
      {captions && series !== "" && <CaptionsDialog series={series} onClose={() => setCaptions(false)} />}
      <WaitingPlace />
      <WallFilter status={status} series={series} text={typed} onText={setTyped} stock={stock} parts={parts} />
      <Wall key={`${status}\n${q}\n${series}`} status={status} q={q} series={series} stock={stock} onFound={setFound} />
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

function Wall({ status, q, series, stock, onFound }: WallOf) {
  const shown = useMemo(() => parts.filter((part) => status === "" || part.status === status), [status]);
  const lists = useMemo(
    () => shown.map((part) => new SquareList({ status: part.status, q, series, order: orderOf(part.status) })),
    [shown, q, series],
  );
  useEffect(
    () => () => {
      for (const list of lists) list.close();
    },
    [lists],
  );
  const filtered = q !== "" || series !== "";
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
    <VirtualWall
      sections={sections}
      onLook={onLook}
      heading={(section) => (
        <h2 class="wall-heading">
          {shown[section]?.title} <span class="quiet">{filtered ? "" : sections[section]?.count}</span>
        </h2>
      )}
      cell={(section, index, { cell }) => {
        const square = states[section]?.squares[index];
        const of = sections[section]?.count ?? 0;
        return square === undefined ? (
          <CardSkeleton key={index} />
        ) : (
          <Card key={square.id} square={square} size={cell} place={index + 1} of={of} />
        );
      }}
    />
  );
}

const orderOf = (status: Status) => (status === "queued" || status === "dated" ? "oldest" : "newest");

function WallSkeleton() {
  return (
    <ul class="wall-cells wall-skeleton" aria-hidden="true">
      {Array.from({ length: 12 }, (_, index) => (
        <CardSkeleton key={index} />
      ))}
    </ul>
  );
}

function NothingHere({ filtered, status }: { filtered: boolean; status: string }) {
  if (filtered)
    return (
      <Empty icon="search" title="No results">
        No squares match{status && " in this status"}.{" "}
        <button type="button" class="link" onClick={() => replaceQuery({ q: "", series: "", status: "" })}>
          Show all
        </button>
      </Empty>
    );
  if (status !== "")
    return (
      <Empty icon="wall" title="No squares">
        No square has this status.
      </Empty>
    );
  return (
    <Empty icon="wall" title="The wall is empty">
      <p>Add your first square. It is posted at the next scheduled time.</p>
      <a class="button button-main" href="/add">
        Add squares
      </a>
    </Empty>
  );
}
