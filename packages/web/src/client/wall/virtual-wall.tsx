import { type ComponentChildren, Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Grid, type GridRow, gridOf, rowsBetween, type Section, wallHeight } from "./grid-layout.ts";

interface WallProps {
  sections: readonly Section[];
  heading: (section: number) => ComponentChildren;
  /** The square at an index of a section. */
  cell: (section: number, index: number, place: CellPlace) => ComponentChildren;
  /** The squares of a section up to `index` are in sight. */
  onLook: (section: number, index: number) => void;
}

export interface CellPlace {
  /** Pixels of the square's side. */
  size: number;
  style: { inlineSize: string; transform: string };
}

/** Screens that are drawn above and below what is seen. */
const ahead = 1;
const phoneWidth = 640;

const measuresFor = (width: number) =>
  width < phoneWidth
    ? { smallest: 104, gap: 10, label: 50 }
    : { smallest: width > 2_000 ? 240 : 176, gap: 32, label: 88 };

/** A wall of any length, of which only the part near the screen is drawn. */
export function VirtualWall({ sections, heading, cell, onLook }: WallProps) {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [view, setView] = useState({ from: 0, to: window.innerHeight * (1 + ahead) });

  useLayoutEffect(() => {
    const wall = element.current;
    if (wall === null) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      setWidth(wall.clientWidth);
      const step = Math.max(100, window.innerHeight / 4);
      const from = -wall.getBoundingClientRect().top - window.innerHeight * ahead;
      // In steps, so that not every scroll event draws.
      const start = Math.floor(from / step) * step;
      const end = Math.ceil((from + window.innerHeight * (1 + 2 * ahead)) / step) * step;
      setView((before) => (before.from === start && before.to === end ? before : { from: start, to: end }));
    };
    const later = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    const observer = new ResizeObserver(later);
    observer.observe(wall);
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, []);

  const drawn = useRef<readonly Section[]>(undefined);
  // Scrolling moves no square on the wall, and to ask for all places makes the browser lay out the page in the middle of a frame.
  const before = placesIn(element.current, drawn.current === sections ? [] : cardsOf(element.current));
  useLayoutEffect(() => {
    drawn.current = sections;
    keepPlaces(element.current, before);
  });

  const grid = gridOf(width || element.current?.clientWidth || window.innerWidth, measuresFor(width));
  const rows = width === 0 ? [] : rowsInSight(sections, grid, view, before.focusedAt);
  const looked = new Map<number, number>();
  for (const { section, first } of rows) looked.set(section, Math.max(looked.get(section) ?? 0, first + grid.columns));
  const lookedAt = [...looked].join(";");
  useLayoutEffect(() => {
    for (const [section, index] of looked) onLook(section, index);
  }, [lookedAt, onLook]);

  const hung = useHung(cell);
  const cellsOf = ({ section, first, top }: GridRow) =>
    Array.from({ length: Math.min(grid.columns, (sections[section]?.count ?? 0) - first) }, (_, column) =>
      hung(section, first + column, {
        size: grid.cell,
        style: {
          inlineSize: `${grid.cell}px`,
          transform: `translate(${column * (grid.cell + grid.gap)}px, ${top}px)`,
        },
      }),
    );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between links, which also work without them
    <div
      ref={element}
      class="wall"
      style={{ height: `${wallHeight(sections, grid)}px` }}
      onKeyDown={(event) => moveFocus(event, grid.columns)}
    >
      {[...Map.groupBy(rows, ({ section }) => section)].map(([section, ofSection]) => (
        <Fragment key={sections[section]?.key}>
          {ofSection
            .filter(({ first }) => first < 0)
            .map(({ top }) => (
              <div key="heading" class="wall-top" style={{ transform: `translateY(${top}px)` }}>
                {heading(section)}
              </div>
            ))}
          {/* One list for all rows: a square that goes up a row stays the same element, with its picture and the focus. */}
          <ul class="wall-cells">{ofSection.filter(({ first }) => first >= 0).flatMap(cellsOf)}</ul>
        </Fragment>
      ))}
    </div>
  );
}

/** Gives what hangs already as it is: Preact passes over it, and a step of scrolling draws the new rows alone. */
function useHung(cell: WallProps["cell"]): WallProps["cell"] {
  const last = useRef<{ cell: WallProps["cell"]; cells: Map<string, ComponentChildren> }>(undefined);
  const before = last.current?.cell === cell ? last.current.cells : undefined;
  const cells = new Map<string, ComponentChildren>();
  last.current = { cell, cells };
  return (section, index, place) => {
    const key = `${section} ${index} ${place.size} ${place.style.transform}`;
    const drawn = before?.get(key) ?? cell(section, index, place);
    cells.set(key, drawn);
    return drawn;
  };
}

/** With the row of the card that has the focus, wherever the page is scrolled to. */
function rowsInSight(
  sections: readonly Section[],
  grid: Grid,
  { from, to }: { from: number; to: number },
  focusedAt: number | undefined,
): GridRow[] {
  const rows = rowsBetween(sections, grid, from, to);
  if (focusedAt === undefined || (from <= focusedAt && focusedAt < to)) return rows;
  const kept = rowsBetween(sections, grid, focusedAt, focusedAt + 1).filter(({ first }) => first >= 0);
  return [...kept, ...rows.filter(({ top }) => kept.every((row) => row.top !== top))].sort((a, b) => a.top - b.top);
}

interface Places {
  /** Pixels below the top of the window, by the address of each card in sight. */
  tops: ReadonlyMap<string, number>;
  focused: string | undefined;
  /** Of the focused card, in pixels below the top of the wall. */
  focusedAt: number | undefined;
}

const cardsOf = (wall: HTMLElement | null) => [...(wall?.querySelectorAll<HTMLAnchorElement>("a.card") ?? [])];
/** Near the top, a person wants to see what is new there. */
const nearTop = 200;

function placesIn(wall: HTMLElement | null, cards: readonly HTMLAnchorElement[]): Places {
  const places = cards.map((card) => [card.href, card.getBoundingClientRect().top] as const);
  const active = document.activeElement;
  const focused = wall?.contains(active) && active?.matches("a.card") ? (active as HTMLAnchorElement) : undefined;
  return {
    tops: new Map(window.scrollY < nearTop ? [] : places.filter(([, top]) => top > 0 && top < window.innerHeight)),
    focused: focused?.href,
    focusedAt: focused && focused.getBoundingClientRect().top - (wall?.getBoundingClientRect().top ?? 0),
  };
}

/** Squares come and go above what a person looks at: most of what is in sight stays where it is, and the focus where it was. */
function keepPlaces(wall: HTMLElement | null, { tops, focused }: Places): void {
  const shifts = (tops.size === 0 ? [] : cardsOf(wall))
    .flatMap((card) => {
      const top = tops.get(card.href);
      return top === undefined ? [] : [card.getBoundingClientRect().top - top];
    })
    .sort((one, other) => one - other);
  const shift = shifts[Math.floor(shifts.length / 2)] ?? 0;
  if (Math.abs(shift) > 1) window.scrollBy({ top: shift, behavior: "instant" });
  if (focused !== undefined && document.activeElement === document.body)
    cardsOf(wall)
      .find(({ href }) => href === focused)
      ?.focus({ preventScroll: true });
}

const steps: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
};

/** Arrow keys move the focus through the grid. */
function moveFocus(event: KeyboardEvent, columns: number): void {
  const step = steps[event.key];
  const wall = event.currentTarget as HTMLElement;
  const links = [...wall.querySelectorAll<HTMLElement>("a.card")];
  const now = links.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || now < 0) return;
  const next = links[now + step(columns)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
