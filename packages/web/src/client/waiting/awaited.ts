import { signal } from "@preact/signals";

/** What waits for a decision is being loaded, and nobody knows yet how high it will be. */
export const isAwaited = signal(false);
