import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { openDialogs, toastFailed } from "../base/messages.tsx";
import { isSelecting, keepSelected, selected, selectRange, stopSelecting, toggle } from "./selection.ts";

const holdMs = 450;
/** In which a click may follow the end of a press. */
const clickMs = 300;
/** Pixels that a finger or a hand trembles. */
const tremble = 8;
/** Pixels from the edge of the window at which the page begins to scroll by itself. */
const edge = 72;

const idOf = (element: Element | null | undefined) => element?.closest<HTMLElement>("[data-square]")?.dataset["square"];
/** Also below what is fixed at the edge of the window. */
const idAt = (x: number, y: number) =>
  document
    .elementsFromPoint(x, y)
    .map(idOf)
    .find((id) => id !== undefined);

interface SelectableProps {
  /** All that can be selected, in the order in which they are shown. */
  squares: readonly SquareCard[];
  /** Places among them before which some are not loaded. */
  gaps: readonly number[];
  loadAll: () => Promise<readonly SquareCard[]>;
  /** Each square is marked with `data-square`. */
  children: ComponentChildren;
}

/**
 * Selects squares: by a click once somebody selects, by Shift and a click, by dragging a mouse over them, by holding a finger on one and
 * moving it on, and by Space and Shift with the arrow keys.
 */
export function Selectable({ children, ...wall }: SelectableProps) {
  const { squares } = wall;
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown>(wall);
  shown.current = wall;
  useEffect(() => keepSelected(squares), [squares]);
  useLayoutEffect(
    () => (element.current === null ? undefined : new Hand(() => shown.current).watch(element.current)),
    [],
  );
  return (
    <div ref={element} class="selectable">
      {children}
    </div>
  );
}

type Shown = Omit<SelectableProps, "children">;

interface Press {
  id: string | undefined;
  x: number;
  y: number;
  /** `y` when it began. */
  begunAt: number;
  /** As events tell the time, in milliseconds. */
  time: number;
  /** By a finger or a pen. */
  isTouch: boolean;
  /** What was selected before. */
  beside: ReadonlyMap<string, SquareCard>;
  isDrag: boolean;
  /** The square over which it was last: between two squares, the range stays as it is. */
  to?: string | undefined;
}

class Hand {
  readonly #shown: () => Shown;
  #press: Press | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  /** The click that ends a drag or a long press means nothing. */
  #skipsClick = false;

  constructor(shown: () => Shown) {
    this.#shown = shown;
  }

  /** @returns what ends it */
  watch(element: HTMLElement): () => void {
    const aborter = new AbortController();
    const { signal } = aborter;
    element.addEventListener("click", this.#click, { signal });
    element.addEventListener("keydown", this.#key, { signal });
    element.addEventListener("pointerdown", this.#down, { signal });
    // The browser's own ways to drag a link, and to hold a finger on it.
    element.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
    element.addEventListener("contextmenu", (event) => this.#press?.isTouch && event.preventDefault(), { signal });
    element.addEventListener("touchmove", (event) => this.#press?.isDrag && event.preventDefault(), {
      signal,
      passive: false,
    });
    window.addEventListener("keydown", this.#escape, { signal });
    window.addEventListener("pointermove", this.#move, { signal });
    window.addEventListener("pointerup", this.#up, { signal });
    window.addEventListener("pointercancel", this.#up, { signal });
    return () => {
      aborter.abort();
      this.#up();
    };
  }

  #find = (id: string | undefined) => this.#shown().squares.find((square) => square.id === id);

  readonly #click = (event: MouseEvent) => {
    const target = event.target as Element;
    const square = this.#find(idOf(target));
    if (!this.#skipsClick) {
      const isBrowsers = event.ctrlKey || event.metaKey;
      const isOn = target.closest(".card-check") || event.shiftKey || (isSelecting.peek() && !isBrowsers);
      if (square === undefined || !isOn) return;
      if (event.shiftKey) this.#select(square.id);
      else toggle(square);
    }
    event.preventDefault();
  };

  readonly #key = (event: KeyboardEvent) => {
    const card = (event.target as Element).closest("a");
    const square = card === null ? undefined : this.#find(idOf(card));
    if (square === undefined) return;
    if (event.key === " ") {
      event.preventDefault();
      toggle(square);
    }
    if (event.shiftKey && event.key.startsWith("Arrow")) {
      // The focus has moved on by now.
      const to = idOf(document.activeElement);
      if (!selected.peek().has(square.id)) selectRange([square], square.id, { from: square.id });
      if (to !== undefined) this.#select(to);
    }
  };

  #select(to: string): void {
    const { squares, gaps, loadAll } = this.#shown();
    if (selectRange(squares, to, { gaps })) return;
    const failed = (error: unknown) => toastFailed("Not all squares could be loaded.", error);
    void loadAll().then((all) => selectRange(all, to), failed);
  }

  readonly #escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || !isSelecting.peek() || openDialogs.peek().length > 0)
      return;
    event.preventDefault();
    stopSelecting();
  };

  readonly #down = ({
    isPrimary,
    button,
    pointerType,
    target,
    timeStamp: time,
    clientX: x,
    clientY: y,
  }: PointerEvent) => {
    this.#skipsClick = false;
    const id = idOf(target as Element);
    const isTouch = pointerType !== "mouse";
    if (!isPrimary || button !== 0 || (isTouch && id === undefined)) return;
    this.#press = { id, x, y, begunAt: y, time, isTouch, beside: selected.peek(), isDrag: false };
    if (isTouch && id !== undefined) this.#timer = setTimeout(() => this.#drag(id), holdMs);
  };

  #drag(id: string): void {
    const press = this.#press;
    if (press === undefined) return;
    clearTimeout(this.#timer);
    press.isDrag = true;
    press.id ??= id;
    navigator.vibrate?.(10);
    this.#extend();
    this.#frame = requestAnimationFrame(this.#scroll);
  }

  readonly #move = ({ timeStamp, clientX: x, clientY: y }: PointerEvent) => {
    const press = this.#press;
    if (press === undefined) return;
    if (press.isDrag) {
      Object.assign(press, { x, y });
      this.#extend();
      return;
    }
    if (Math.hypot(x - press.x, y - press.y) < tremble) return;
    // A busy phone is late with its timers.
    if (press.isTouch && timeStamp - press.time < holdMs) return this.#up();
    const id = idAt(x, y);
    // A click may slip a little.
    if (id === undefined || id === press.id) return;
    Object.assign(press, { x, y });
    this.#drag(press.id ?? id);
  };

  #extend(): void {
    const press = this.#press;
    if (press?.id === undefined) return;
    const { id: from, x, y, beside } = press;
    press.to = idAt(x, y) ?? press.to ?? from;
    selectRange(this.#shown().squares, press.to, { from, beside });
  }

  readonly #scroll = () => {
    const { y = 0, begunAt = 0 } = this.#press ?? {};
    // Whoever begins near an edge and moves away from it does not want to see what is beyond it.
    const [above, below] = [Math.min(edge, begunAt), Math.max(window.innerHeight - edge, begunAt)];
    const by = Math.min(0, y - above) + Math.max(0, y - below);
    if (by !== 0) {
      window.scrollBy({ top: by / 4, behavior: "instant" });
      this.#extend();
    }
    this.#frame = requestAnimationFrame(this.#scroll);
  };

  readonly #up = () => {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    if (this.#press?.isDrag) {
      this.#skipsClick = true;
      setTimeout(() => {
        this.#skipsClick = false;
      }, clickMs);
    }
    this.#press = undefined;
  };
}
