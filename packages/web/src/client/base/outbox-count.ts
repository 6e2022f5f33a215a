import { effect, signal } from "@preact/signals";

const place = "outbox";

function kept(): number {
  try {
    return Number(localStorage.getItem(place) ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** Squares on this device that the table does not have yet; known before the outbox itself is loaded. */
export const outboxCount = signal(kept());

effect(() => {
  const count = outboxCount.value;
  try {
    if (count === 0) localStorage.removeItem(place);
    else localStorage.setItem(place, String(count));
  } catch {
    // A browser that keeps nothing shows the number as long as the page is open.
  }
});
