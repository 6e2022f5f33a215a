import { batch, computed, signal } from "@preact/signals";
import type { Overview, Schedule } from "../../contract.ts";
import { api } from "./api.ts";
import { now } from "./format.ts";
import { Latest } from "./latest.ts";
import { Unreachable } from "./request.ts";
import { asOf, keepSeen, readSeen } from "./seen.ts";
import { session } from "./session.ts";

/** Stock and schedule, as every page shows them. */
export const overview = signal<Overview | undefined>(undefined);
/** The schedule's time zone, in which posts are shown: the 18:00 post is at 18:00 wherever it is read. */
export const timeZone = computed(() => overview.value?.schedule.timeZone);
/** How many squares and pictures wait for a person to decide. */
export const decisions = computed(() => (overview.value?.stock.review ?? 0) + (overview.value?.undecided ?? 0));
/** False while the server cannot be reached. */
export const online = signal(navigator.onLine);
/** False until the server has been asked once, whatever it said. */
export const looked = signal(false);
/** Grows whenever lists on the screen have to load again. */
export const revision = signal(0);

/** While nothing happens; each look costs about $0.0000025 at AWS, so an hour a day is a cent a month. */
const usualMs = 30_000;
/** While a run is under way: it ends within seconds. */
const runningMs = 5_000;
/** While there is no connection; these looks reach no server. */
const awayMs = 3_000;
/** A post takes a few seconds from its slot to the table. */
const postMs = 10_000;
/** What the version of the overview does not tell of, such as the words of a draft, is loaded again after so long. */
const stale = { usual: 300_000, returned: 10_000 } as const;
const quarterMs = 900_000;
const quarterOf = (time: number) => Math.floor(time / quarterMs);

const path = "/overview";
/** When the overview was read last, in milliseconds since the epoch. */
let seenAt: number | undefined;
const latest = new Latest();
let reloadedAt = Date.now();

/** @param reload lists load again, also if the overview is as before; a person who returns expects that sooner */
export async function refreshOverview({ reload = false, staleMs = stale.usual as number } = {}): Promise<void> {
  const isLatest = latest.ask();
  try {
    const found = await api.overview();
    void keepSeen(path, found);
    seenAt = Date.now();
    batch(() => {
      const changed = overview.peek()?.version !== found.version && overview.peek() !== undefined;
      // An answer from before a change that is shown already would take it back.
      if (isLatest()) overview.value = found;
      const returns = !online.peek();
      online.value = true;
      asOf.value = undefined;
      if (reload || returns || changed || Date.now() - reloadedAt > staleMs) reloadLists();
    });
  } catch (error) {
    if (error instanceof Unreachable) {
      online.value = false;
      overview.value ??= await readSeen<Overview>(path);
    }
    if (reload) reloadLists();
  }
  looked.value = true;
}

/** When what the page shows was true, as an ISO time; lists follow the overview. */
export function shownAsOf(page: string): string | undefined {
  const kept = asOf.value?.page === page ? asOf.value.at : undefined;
  const at = Math.min(kept ?? Number.POSITIVE_INFINITY, seenAt ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}

function reloadLists(): void {
  reloadedAt = Date.now();
  revision.value += 1;
}

const keyOf = ({ expression, timeZone: zone, state, pause }: Schedule) =>
  [expression, zone, state, pause?.pausedBy, pause?.until].join("\n");

/** Whether dates that a schedule gave are still those of the schedule that is shown. */
export const givesDates = (schedule: Schedule) =>
  overview.value === undefined || keyOf(schedule) === keyOf(overview.value.schedule);

/** Shows a schedule at once; the dates that follow from it come with the next look. */
export function setSchedule(schedule: Schedule): void {
  const before = overview.peek();
  if (before === undefined) return;
  latest.outdate();
  if (keyOf(before.schedule) === keyOf(schedule)) overview.value = { ...before, schedule };
  else {
    const { emptyOn: _, next, ...rest } = before;
    overview.value = { ...rest, schedule, ...(next && { next: { square: next.square } }) };
  }
}

/** To be called after each change of squares or of the schedule. */
export const squaresChanged = () => void refreshOverview({ reload: true });

function pauseMs(): number {
  if (!online.peek()) return awayMs;
  const { stock, next } = overview.peek() ?? {};
  if (stock !== undefined && stock.claimed + stock.posting > 0) return runningMs;
  const due = next?.at === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.at) + postMs - Date.now();
  return Math.max(runningMs, Math.min(usualMs, due));
}

/** Looks now and then while the page is visible, and when the person or the network comes back. */
export function keepFresh(): void {
  let timer: ReturnType<typeof setTimeout>;
  let looking = false;
  const look = async (staleMs?: number) => {
    if (looking) return;
    looking = true;
    clearTimeout(timer);
    if (quarterOf(Date.now()) !== quarterOf(now.peek().getTime())) now.value = new Date();
    if (document.visibilityState === "visible" && session.peek()?.signedIn)
      await refreshOverview(staleMs === undefined ? {} : { staleMs });
    looking = false;
    timer = setTimeout(look, pauseMs());
  };
  const back = () => void look(stale.returned);
  timer = setTimeout(look, usualMs);
  online.subscribe((isOnline) => {
    if (isOnline) return;
    clearTimeout(timer);
    timer = setTimeout(look, awayMs);
  });
  document.addEventListener("visibilitychange", back);
  window.addEventListener("focus", back);
  window.addEventListener("pageshow", back);
  window.addEventListener("online", back);
  window.addEventListener("offline", () => {
    online.value = false;
    back();
  });
}
