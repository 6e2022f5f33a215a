import { useCallback, useEffect, useRef } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { navigate, place, squarePath } from "../base/router.ts";
import { shownOrder } from "../base/shown-order.ts";

export interface Pass {
  previous?: string | undefined;
  next?: string | undefined;
  /** Goes to the square before (-1) or after (1) the one that is open at that moment: a person presses faster than a page is drawn. */
  step: (by: 1 | -1) => void;
}

/** Squares before the end of what is loaded, from which on more are. */
const ahead = 10;

/**
 * The squares before and after one, in the order of the page below. One that leaves the page meanwhile, such as one that a filter no
 * longer finds, keeps its place until the dialog is closed.
 */
export function usePass(id: string): Pass {
  const pass = useRef<readonly string[]>([]);
  const known = new Set(pass.current);
  const stretches = shownOrder.value;
  const stretch =
    stretches.find(({ ids }) => ids.includes(id)) ?? stretches.find(({ ids }) => ids.some((other) => known.has(other)));
  const news = stretch?.ids.filter((other) => !known.has(other)) ?? [];
  if (!known.has(id)) pass.current = stretch?.ids ?? [id];
  else if (news.length > 0) pass.current = [...pass.current, ...news];
  const at = pass.current.indexOf(id);
  const isNearEnd = pass.current.length - at < ahead;
  useEffect(() => {
    if (isNearEnd) stretch?.more?.();
  }, [isNearEnd, stretch]);
  const step = useCallback((by: 1 | -1) => {
    const at = pass.current.indexOf(place.peek().square ?? "");
    const to = pass.current[at + by];
    if (at >= 0 && to !== undefined) navigate(squarePath(to), { replace: true });
  }, []);
  return { previous: pass.current[at - 1], next: pass.current[at + 1], step };
}

const freshMs = 60_000;
let fetched: { id: string; at: number; square: Promise<SquareDetail> } | undefined;

/** Fetches the square that a person may look at next, and its picture. */
export function fetchAhead(id: string): void {
  if (fetched?.id === id && Date.now() - fetched.at < freshMs) return;
  const square = api.square(id);
  fetched = { id, at: Date.now(), square };
  square.then(
    ({ pictureUrl }) => {
      new Image().src = pictureUrl;
    },
    () => {
      fetched = undefined;
    },
  );
}

export function loadSquare(id: string): Promise<SquareDetail> {
  const mine = fetched?.id === id && Date.now() - fetched.at < freshMs ? fetched.square : undefined;
  // What was fetched before is used once: whoever loads again wants news.
  fetched = undefined;
  return mine === undefined ? api.square(id) : mine.catch(() => api.square(id));
}
