import { useEffect, useState } from "preact/hooks";
import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";

const Waiting = lazy<{ onSettled: () => void }>(() => import("./waiting.tsx"));

/** How long a page waits for it; what comes later hides nothing that a person already reads. */
const mostMs = 3_000;

/** Where pages show what waits for a decision. What follows on the page is seen once its height is known, and does not jump. */
export function WaitingPlace() {
  const { stock, undecided = 0 } = overview.value ?? {};
  const isAny = (stock?.review ?? 0) + undecided > 0;
  const [isSettled, setSettled] = useState(false);
  const settle = () => setSettled(true);
  useEffect(() => {
    const timer = setTimeout(settle, mostMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isAny) return null;
  return (
    <div class={isSettled ? "held-place" : "held-place held-unknown"}>
      <Waiting onSettled={settle} />
    </div>
  );
}
