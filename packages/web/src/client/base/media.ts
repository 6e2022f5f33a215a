import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = window.matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", () => {
    now.value = list.matches;
  });
  return now;
}

/** Room for the navigation at the side; the style sheets ask the same. */
export const wide = matches("(min-width: 60rem)");
export const lessMotion = matches("(prefers-reduced-motion: reduce)");
