import { signal } from "@preact/signals";
import { captionOf } from "@twobytwo/core/squares/caption";
import type { SquareCard } from "../../contract.ts";

/** Grows every quarter of an hour while the app is open, so that "today" stays true. */
export const now = signal(new Date());

const formats = new Map<string, Intl.DateTimeFormat>();

/** In the browser's own language and hours. */
function format(name: string, options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(undefined, { ...options, ...(timeZone && { timeZone }) });
  formats.set(key, known);
  return known;
}

export const ownTimeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "Buenos Aires" of `America/Argentina/Buenos_Aires`. */
export const cityOf = (timeZone: string) => (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");

const dayKey = (time: Date, timeZone?: string) =>
  format("key", { year: "numeric", month: "2-digit", day: "2-digit" }, timeZone).format(time);

const dayMs = 86_400_000;

interface Where {
  /** The browser's unless given. */
  timeZone?: string | undefined;
}

/** No line ends within a date or a time. */
const unbroken = (text: string) => text.replaceAll(" ", "\u00a0");

/** "today", "tomorrow", "yesterday", "Fri 4 Dec" or, in another year, "4 Dec 2027". */
export function formatDay(iso: string, { timeZone }: Where = {}): string {
  const [time, today] = [new Date(iso), now.value];
  const day = dayKey(time, timeZone);
  if (day === dayKey(today, timeZone)) return "today";
  if (day === dayKey(new Date(today.getTime() + dayMs), timeZone)) return "tomorrow";
  if (day === dayKey(new Date(today.getTime() - dayMs), timeZone)) return "yesterday";
  const year = format("year", { year: "numeric" }, timeZone);
  return unbroken(
    year.format(time) === year.format(today)
      ? format("day", { weekday: "short", day: "numeric", month: "short" }, timeZone).format(time)
      : format("far", { day: "numeric", month: "short", year: "numeric" }, timeZone).format(time),
  );
}

/** "18:00" or "6:00 PM" */
export const formatClock = (iso: string, timeZone?: string) =>
  format("clock", { timeStyle: "short" }, timeZone).format(new Date(iso));

/** "today 18:00" */
export const formatTime = (iso: string, where: Where = {}) =>
  unbroken(`${formatDay(iso, where)} ${formatClock(iso, where.timeZone)}`);

export const formatMonth = (iso: string, timeZone?: string) =>
  format("month", { month: "long", year: "numeric" }, timeZone).format(new Date(iso));

/** "November 2026" or "November – December 2026" */
export const formatMonths = (from: string, to: string, timeZone?: string) =>
  format("month", { month: "long", year: "numeric" }, timeZone).formatRange(new Date(from), new Date(to));

/** "1 Dec" */
export const formatDayOfMonth = (iso: string, timeZone?: string) =>
  format("day of month", { day: "numeric", month: "short" }, timeZone).format(new Date(iso));

export const formatDate = (iso: string, timeZone?: string) =>
  format("full", { dateStyle: "full", timeStyle: "short" }, timeZone).format(new Date(iso));

/** "18:00 in New York, 00:00 for you"; undefined where the person's clock shows the same. */
export function formatBoth(iso: string, timeZone: string): string | undefined {
  const time = new Date(iso);
  const [there, here] = [formatClock(iso, timeZone), formatClock(iso)];
  if (there === here && dayKey(time, timeZone) === dayKey(time)) return undefined;
  return `${there} in ${cityOf(timeZone)}, ${here} for you`;
}

/** The server's "every day at 18:00, Europe/Berlin" in the browser's hours: "every day at 6:00 PM in Berlin". */
export const formatRhythm = (description: string, timeZone: string) =>
  description
    .replace(/\b(\d\d):(\d\d)\b/g, (_, hour, minute) => formatClock(`2000-01-01T${hour}:${minute}:00Z`, "UTC"))
    .replace(`, ${timeZone}`, ` in ${cityOf(timeZone)}`);

const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** "240 ms", "3.2 s", "4 min 10 s", "2 h 5 min" */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toLocaleString(undefined, oneDigit)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toLocaleString(undefined, oneDigit)} MB`;
}

export const formatCount = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** Dollars to a tenth of a cent: "$0.015". */
export const formatPrice = (dollars: number) =>
  dollars.toLocaleString(undefined, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: 3,
  });

/** The words of the post, as the server takes them: an empty caption is none. */
export const captionFor = ({ title, caption }: { title: string; caption?: string | undefined }) =>
  captionOf({ title, caption: caption?.trim() ? caption : undefined });

export const hasCaption = (words: { title: string; caption?: string | undefined }) => captionFor(words).trim() !== "";

export const titleOf = ({ title, id }: { title: string; id: string }) => title || `Untitled ${id.slice(-6)}`;

export const statusLabels: Record<SquareCard["status"], string> = {
  queued: "In the queue",
  dated: "With a date",
  claimed: "Posting now",
  posting: "Posting now",
  posted: "Posted",
  review: "Needs review",
  withdrawn: "Withdrawn",
  draft: "Draft",
};
