import { effect, signal } from "@preact/signals";

const storageKey = "outbox";

function kept(): number {
  try {
    return Number(localStorage.getItem(storageKey) ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** Number of squares that are still only on this device; known before the outbox itself is loaded. */
export const outboxCount = signal(kept());

effect(() => {
  const count = outboxCount.value;
  try {
    if (count === 0) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, String(count));
  } catch {
    // Without storage the number lasts as long as the page is open.
  }
});
