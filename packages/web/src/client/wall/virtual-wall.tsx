import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Grid, gridOf, rowsBetween, type Section, wallHeight } from "./grid-layout.ts";

interface WallProps {
  sections: readonly Section[];
  heading: (section: number) => ComponentChildren;
  /** The square at an index of a section; `grid` tells how large. */
  cell: (section: number, index: number, grid: Grid) => ComponentChildren;
  /** The squares of a section up to `index` are in sight. */
  onLook: (section: number, index: number) => void;
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

  const before = placesIn(element.current);
  useLayoutEffect(() => keepPlaces(element.current, before));

  const grid = gridOf(width || element.current?.clientWidth || window.innerWidth, measuresFor(width));
  const rows = width === 0 ? [] : rowsBetween(sections, grid, view.from, view.to);
  const looked = new Map<number, number>();
  for (const { section, first } of rows) looked.set(section, Math.max(looked.get(section) ?? 0, first + grid.columns));
  const lookedAt = [...looked].join(";");
  useLayoutEffect(() => {
    for (const [section, index] of looked) onLook(section, index);
  }, [lookedAt, onLook]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between links, which also work without them
    <div
      ref={element}
      class="wall"
      style={{ height: `${wallHeight(sections, grid)}px` }}
      onKeyDown={(event) => moveFocus(event, grid.columns)}
    >
      {rows.map(({ section, first, top }) => (
        <div key={`${sections[section]?.key} ${first}`} class="wall-row" style={{ transform: `translateY(${top}px)` }}>
          {first < 0 ? (
            heading(section)
          ) : (
            <ul
              class="wall-cells"
              style={{ gap: `${grid.gap}px`, gridTemplateColumns: `repeat(${grid.columns}, ${grid.cell}px)` }}
            >
              {Array.from({ length: Math.min(grid.columns, (sections[section]?.count ?? 0) - first) }, (_, column) =>
                cell(section, first + column, grid),
              )}
            </ul>
          )}
        </div>
      ))}
    </div>
  );
}

interface Places {
  /** Pixels below the top of the window, by the address of each card in sight. */
  tops: ReadonlyMap<string, number>;
  focused: string | undefined;
}

const cardsOf = (wall: HTMLElement | null) => [...(wall?.querySelectorAll<HTMLAnchorElement>("a.card") ?? [])];
/** Near the top, a person wants to see what is new there. */
const nearTop = 200;

function placesIn(wall: HTMLElement | null): Places {
  const cards = cardsOf(wall);
  const places = cards.map((card) => [card.href, card.getBoundingClientRect().top] as const);
  return {
    tops: new Map(window.scrollY < nearTop ? [] : places.filter(([, top]) => top > 0 && top < window.innerHeight)),
    focused: cards.find((card) => card === document.activeElement)?.href,
  };
}

/** Squares come and go above what a person looks at: most of what is in sight stays where it is, and the focus where it was. */
function keepPlaces(wall: HTMLElement | null, { tops, focused }: Places): void {
  const cards = cardsOf(wall);
  const shifts = cards
    .flatMap((card) => {
      const top = tops.get(card.href);
      return top === undefined ? [] : [card.getBoundingClientRect().top - top];
    })
    .sort((one, other) => one - other);
  const shift = shifts[Math.floor(shifts.length / 2)] ?? 0;
  if (Math.abs(shift) > 1) window.scrollBy({ top: shift, behavior: "instant" });
  if (focused !== undefined && document.activeElement === document.body)
    cards.find(({ href }) => href === focused)?.focus({ preventScroll: true });
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
