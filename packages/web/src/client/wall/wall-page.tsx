import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";
import { place, replaceQuery } from "../base/router.ts";
import { seriesNames } from "../base/series.ts";
import { isSelecting, stopSelecting } from "../selection/selection.ts";
import { WaitingPlace } from "../waiting/waiting-place.tsx";
import type { Status } from "./parts.ts";
import { type Found, SelectionBar, Wall, type WallOf } from "./wall.tsx";
import { WallFilter } from "./wall-filter.tsx";
import "./wall.css";

const CaptionsDialog = lazy<{ series: string; onClose: () => void }>(() => import("../series/captions-dialog.tsx"));

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
          {countOf({ status, stock, found, isSearch: q + series + only !== "" })}
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
      <WaitingPlace folds />
      <WallFilter
        status={status}
        series={series}
        only={only}
        text={typed}
        onText={setTyped}
        stock={stock}
        found={found?.of}
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

interface Counted extends Pick<WallOf, "status" | "stock"> {
  found: Found | undefined;
  isSearch: boolean;
}

function countOf({ status, stock, found, isSearch }: Counted): string {
  if (found !== undefined) return `${found.isAll ? "" : "at least "}${formatCount(found.count, "square")} found`;
  // What is there is not what was found.
  if (stock === undefined || isSearch) return "\u00a0";
  const counts = status === "" ? Object.values(stock) : [stock[status as Status] ?? 0];
  return formatCount(
    counts.reduce((sum, count) => sum + count, 0),
    "square",
  );
}
