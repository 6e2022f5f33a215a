import { lazy } from "../base/lazy.tsx";
import { overview } from "../base/overview.ts";

const Waiting = lazy<object>(() => import("./waiting.tsx"));

/** Where pages show what waits for a decision, with room for it before it is loaded. */
export function WaitingPlace() {
  const { stock, undecided = 0 } = overview.value ?? {};
  const count = (stock?.review ?? 0) + undecided;
  if (count === 0) return null;
  return (
    <div class="held-place" style={{ "--count": count }}>
      <Waiting />
    </div>
  );
}
