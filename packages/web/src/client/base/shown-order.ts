import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Squares that stand one behind the other on a page; `more` loads those that come next, where there are any. */
export interface Stretch {
  ids: readonly string[];
  more?: (() => void) | undefined;
}

/** What the page below an open square shows, in its order. */
export const shownOrder = signal<readonly Stretch[]>([]);

/** For as long as a page shows them. */
export function useShownOrder(stretches: readonly Stretch[]): void {
  const key = stretches.map(({ ids, more }) => `${ids.join(" ")} ${more !== undefined}`).join("\n");
  useEffect(() => {
    shownOrder.value = stretches;
  }, [key]);
  useEffect(
    () => () => {
      shownOrder.value = [];
    },
    [],
  );
}
