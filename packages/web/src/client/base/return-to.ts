/** What a person does who no longer wants to be taken anywhere. */
const acts = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Scrolls to where the person was on a page. A list loads page by page, so it may be too short for that at first: the place comes back
 * when there is enough above it, unless the person goes somewhere first.
 *
 * @param top pixels from the top of the page
 * @returns what ends it
 */
export function returnTo(top: number): () => void {
  const isThere = () => {
    window.scrollTo(0, top);
    return window.scrollY > top - 1;
  };
  const watch = new ResizeObserver(() => isThere() && stop());
  const stop = () => {
    watch.disconnect();
    for (const act of acts) window.removeEventListener(act, stop);
  };
  if (isThere()) return stop;
  watch.observe(document.body);
  for (const act of acts) window.addEventListener(act, stop, { passive: true });
  return stop;
}
