import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { lessMotion } from "../base/media.ts";
import { announce } from "../base/messages.tsx";
import { PointerDrag } from "./pointer-drag.ts";

interface SortableOptions {
  ids: readonly string[];
  nameOf: (id: string) => string;
  onMove: (id: string, to: number) => void;
}

export interface Sortable {
  list: RefObject<HTMLOListElement | null>;
  /** The order to show: as given, or as it would be if what is lifted were dropped now. */
  order: readonly string[];
  lifted: string | undefined;
  handle: (id: string) => {
    onPointerDown: (event: PointerEvent) => void;
    onTouchMove: (event: TouchEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
    onBlur: () => void;
  };
}

const movable = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>("[data-sort]") ?? [])];
const settle = { duration: 180, easing: "ease-out" } as const;

/**
 * Sorting by mouse, touch and keyboard: a handle is dragged, or picked up with Space, moved with the arrow keys and dropped with Space
 * again; Escape cancels. Elements with `data-sort` move; what is beside them in a row, such as its date, stays.
 */
export function useSortable({ ids, nameOf, onMove }: SortableOptions): Sortable {
  const list = useRef<HTMLOListElement>(null);
  const [lift, setLift] = useState<{ id: string; to: number }>();
  const [dragged, setDragged] = useState<string>();
  const drag = useRef<PointerDrag>(undefined);
  const moving = useRef(false);
  const settleFrom = useRef<{ id: string; top: number }>(undefined);

  const from = lift === undefined ? -1 : ids.indexOf(lift.id);
  const order = lift === undefined || from < 0 ? ids : ids.toSpliced(from, 1).toSpliced(lift.to, 0, lift.id);

  useLayoutEffect(() => {
    // Moving a row in the document takes the focus away from its handle.
    if (lift !== undefined) {
      const row = movable(list.current)[order.indexOf(lift.id)];
      row?.querySelector<HTMLElement>("[data-handle]")?.focus();
      row?.scrollIntoView({ block: "nearest" });
      moving.current = false;
    }
    const { current: dropped } = settleFrom;
    if (dropped === undefined) return;
    settleFrom.current = undefined;
    const row = movable(list.current)[order.indexOf(dropped.id)];
    if (row === undefined || lessMotion.peek()) return;
    const by = dropped.top - row.getBoundingClientRect().top;
    row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], settle);
  });
  useEffect(() => () => drag.current?.cancel(), []);

  const drop = (id: string, to: number) => {
    setLift(undefined);
    if (ids.indexOf(id) === to) {
      announce(`${nameOf(id)} stays at position ${to + 1}.`);
      return;
    }
    announce(`${nameOf(id)}, dropped at position ${to + 1} of ${ids.length}.`);
    onMove(id, to);
  };

  const onKeyDown = (id: string) => (event: KeyboardEvent) => {
    const isLifted = lift?.id === id;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (isLifted) drop(id, lift.to);
      else {
        const at = ids.indexOf(id);
        setLift({ id, to: at });
        announce(
          `${nameOf(id)}, picked up at position ${at + 1} of ${ids.length}. Arrow keys move it, Space drops it, Escape cancels.`,
        );
      }
      return;
    }
    if (!isLifted) return;
    if (event.key === "Escape") {
      event.preventDefault();
      setLift(undefined);
      announce(`Cancelled. ${nameOf(id)} is back at position ${from + 1}.`);
      return;
    }
    const places: Record<string, number> = {
      ArrowUp: lift.to - 1,
      ArrowDown: lift.to + 1,
      Home: 0,
      End: ids.length - 1,
    };
    const wanted = places[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(ids.length - 1, wanted));
    moving.current = true;
    setLift({ id, to });
    announce(`Position ${to + 1} of ${ids.length}.`);
  };

  const onPointerDown = (id: string) => (event: PointerEvent) => {
    const rows = movable(list.current);
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).focus();
    drag.current?.cancel();
    setLift(undefined);
    setDragged(id);
    drag.current = new PointerDrag({
      rows,
      from: ids.indexOf(id),
      event,
      onPlace: (to) => announce(`Position ${to + 1} of ${ids.length}.`),
      onEnd: (to, top) => {
        drag.current = undefined;
        setDragged(undefined);
        if (top !== undefined) settleFrom.current = { id, top };
        if (to !== undefined && to !== ids.indexOf(id)) drop(id, to);
      },
    });
  };

  return {
    list,
    order,
    lifted: lift?.id ?? dragged,
    handle: (id) => ({
      onPointerDown: onPointerDown(id),
      // No fling of the page, which would take the next touch for itself.
      onTouchMove: (event) => event.preventDefault(),
      onKeyDown: onKeyDown(id),
      onBlur: () => {
        if (lift?.id === id && !moving.current) setLift(undefined);
      },
    }),
  };
}
