import { useEffect, useMemo } from "preact/hooks";
import type { Overview } from "../../contract.ts";
import { lazy } from "../base/lazy.tsx";
import { revision } from "../base/overview.ts";
import { type Stretch, useShownOrder } from "../base/shown-order.ts";
import { SquareList, type SquareListState } from "../base/square-list.ts";
import { Failed } from "../base/states.tsx";
import { Selectable } from "../selection/selectable.tsx";
import { isSelecting, stopSelecting } from "../selection/selection.ts";
import type { SelectionBarProps } from "../selection/selection-bar.tsx";
import { Card, CardSkeleton } from "./card.tsx";
import { NothingHere, WallSkeleton } from "./no-squares.tsx";
import { type Part, parts, type Status } from "./parts.ts";
import { VirtualWall } from "./virtual-wall.tsx";

export const SelectionBar = lazy<SelectionBarProps>(() => import("../selection/selection-bar.tsx"));

/** Those whose words can still be changed; what is missing elsewhere is nobody's to add. */
const isOpen = ({ status }: { status: Status }) => !["posting", "claimed", "posted"].includes(status);

const headingHeight = 76;

/** How many squares a search has found so far. */
export interface Found {
  count: number;
  isAll: boolean;
  /** Of each status whose squares are all found. */
  of: Partial<Record<Status, number>>;
}

export interface WallOf {
  status: string;
  q: string;
  series: string;
  only: string;
  stock: Overview["stock"] | undefined;
  /** Gets undefined where nothing is searched for. */
  onFound: (found: Found | undefined) => void;
}

/** The squares of each part, as far as they are near the screen. */
export function Wall({ status, q, series, only, stock, onFound }: WallOf) {
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
    else if (isAll || (count > 0 && !isLoading)) onFound({ count, isAll, of: foundOf(shown, states) });
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
            {shown[section]?.title}{" "}
            <span class="quiet">{filtered && !states[section]?.complete ? "" : sections[section]?.count}</span>
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

const foundOf = (shown: readonly Part[], states: readonly SquareListState[]): Found["of"] =>
  Object.fromEntries(
    states.flatMap(({ squares, complete }, index) => (complete ? [[shown[index]?.status, squares.length]] : [])),
  );

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
