import { computed, signal } from "@preact/signals";
import type { Overview, Schedule } from "../../contract.ts";
import { api } from "./api.ts";
import { Unreachable } from "./request.ts";
import { session } from "./session.ts";

/** Stock and schedule, as every page shows them. */
export const overview = signal<Overview | undefined>(undefined);
/** The schedule's time zone, in which all times are shown: the 18:00 post is at 18:00 wherever it is read. */
export const timeZone = computed(() => overview.value?.schedule.timeZone);
/** False while the server cannot be reached. */
export const online = signal(navigator.onLine);
/** Grows whenever squares were changed here; lists on the screen then reload. */
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

export function setSchedule(schedule: Schedule): void {
  if (overview.value !== undefined) overview.value = { ...overview.value, schedule };
}

/** To be called after each change of squares. */
export function squaresChanged(): void {
  revision.value += 1;
  void refreshOverview();
}

/** Refreshes now and then while the page is visible, and when the person comes back. */
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
