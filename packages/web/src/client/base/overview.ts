import { computed, signal } from "@preact/signals";
import type { Overview, Rhythm } from "../../contract.ts";
import { Unreachable } from "./api.ts";
import { api } from "./endpoints.ts";
import { session } from "./session.ts";

/** Stock and schedule, as every page shows them. */
export const overview = signal<Overview | undefined>(undefined);
/** Times are shown as the schedule's clock has them: a post of 18:00 is one of 18:00 wherever one reads of it. */
export const timeZone = computed(() => overview.value?.schedule.timeZone);
/** False while calls find no server. */
export const online = signal(navigator.onLine);
/** Grows whenever squares were changed here; lists that are shown then look again. */
export const revision = signal(0);

const everyMs = 30_000;

export async function refreshOverview(): Promise<void> {
  try {
    overview.value = await api.overview();
    online.value = true;
  } catch (error) {
    if (error instanceof Unreachable) online.value = false;
  }
}

export function setRhythm(schedule: Rhythm): void {
  if (overview.value !== undefined) overview.value = { ...overview.value, schedule };
}

/** To be called after each change of squares. */
export function squaresChanged(): void {
  revision.value += 1;
  void refreshOverview();
}

/** Looks again now and then while somebody looks, and as soon as they come back. */
export function keepFresh(): void {
  const look = () => {
    if (document.visibilityState === "visible" && session.peek()?.signedIn) void refreshOverview();
  };
  setInterval(look, everyMs);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  window.addEventListener("offline", () => {
    online.value = false;
  });
}
