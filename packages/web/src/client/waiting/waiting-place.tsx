import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { formatCount } from "../base/format.ts";
import { lazy } from "../base/lazy.tsx";
import { decisions } from "../base/overview.ts";
import { isAwaited } from "./awaited.ts";
import "./waiting-place.css";

const Waiting = lazy<{ onSettled: () => void }>(() => import("./waiting.tsx"));

/** How long a page waits for it; what comes later hides nothing that a person already reads. */
const mostMs = 3_000;

/** Whoever unfolds it on one page finds it unfolded on the next. */
const isUnfolded = signal(false);

/**
 * Where pages show what waits for a decision. What follows on the page is seen once its height is known, and does not jump.
 *
 * @param folds a line until somebody wants more: the page is about something else, which would be pushed out of sight
 */
export function WaitingPlace({ folds = false }: { folds?: boolean }) {
  const count = decisions.value;
  const [isSettled, setSettled] = useState(false);
  const settle = () => setSettled(true);
  useEffect(() => {
    const timer = setTimeout(settle, mostMs);
    return () => clearTimeout(timer);
  }, []);
  const isOpen = !folds || isUnfolded.value;
  const isUnknown = count > 0 && isOpen && !isSettled;
  useLayoutEffect(() => {
    isAwaited.value = isUnknown;
    return () => {
      isAwaited.value = false;
    };
  }, [isUnknown]);
  if (count === 0) return null;
  return (
    <section class="held" aria-labelledby="held-title">
      <div class="held-head">
        <h2 id="held-title">{formatCount(count, "square needs", "squares need")} your decision</h2>
        {folds && (
          <button
            type="button"
            class="button button-slim"
            aria-expanded={isOpen}
            aria-describedby="held-title"
            onPointerEnter={Waiting.preload}
            onClick={() => {
              isUnfolded.value = !isOpen;
            }}
          >
            {isOpen ? "Hide" : "Show"}
          </button>
        )}
      </div>
      {isOpen && <Waiting onSettled={settle} />}
    </section>
  );
}
