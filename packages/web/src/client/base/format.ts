import { captionOf } from "@twobytwo/core/squares/caption";
import type { SquareCard } from "../../contract.ts";

const locale = navigator.language.startsWith("en") ? navigator.language : "en-GB";
const formats = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const key = `${name} ${timeZone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, ...(timeZone && { timeZone }) });
  formats.set(key, known);
  return known;
}

export const ownTimeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const clock = (time: Date, timeZone?: string) =>
  format("clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, timeZone).format(time);
const dayKey = (time: Date, timeZone?: string) =>
  format("key", { year: "numeric", month: "2-digit", day: "2-digit" }, timeZone).format(time);

const dayMs = 86_400_000;

/** "today", "tomorrow", "yesterday", "Fri 4 Dec" or, in another year, "4 Dec 2027". */
export function formatDay(iso: string, { now, timeZone }: { now: Date; timeZone?: string | undefined }): string {
  const time = new Date(iso);
  const day = dayKey(time, timeZone);
  if (day === dayKey(now, timeZone)) return "today";
  if (day === dayKey(new Date(now.getTime() + dayMs), timeZone)) return "tomorrow";
  if (day === dayKey(new Date(now.getTime() - dayMs), timeZone)) return "yesterday";
  const year = format("year", { year: "numeric" }, timeZone);
  return year.format(time) === year.format(now)
    ? format("day", { weekday: "short", day: "numeric", month: "short" }, timeZone).format(time)
    : format("far", { day: "numeric", month: "short", year: "numeric" }, timeZone).format(time);
}

/** "today 18:00" */
export function formatTime(iso: string, where: { now: Date; timeZone?: string | undefined }): string {
  return `${formatDay(iso, where)} ${clock(new Date(iso), where.timeZone)}`;
}

export const formatClock = (iso: string, timeZone?: string) => clock(new Date(iso), timeZone);

export const formatMonth = (iso: string, timeZone?: string) =>
  format("month", { month: "long", year: "numeric" }, timeZone).format(new Date(iso));

export const formatDate = (iso: string, timeZone?: string) =>
  format("full", { dateStyle: "full", timeStyle: "short" }, timeZone).format(new Date(iso));

/** "240 ms", "3.2 s", "4 min 10 s", "2 h 5 min" */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const formatCount = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;

/** The words of the post, as the server takes them: an empty caption is none. */
export const captionFor = ({ title, caption }: { title: string; caption?: string | undefined }) =>
  captionOf({ title, caption: caption?.trim() ? caption : undefined });

export const hasCaption = (words: { title: string; caption?: string | undefined }) => captionFor(words).trim() !== "";

export const titleOf = ({ title, id }: { title: string; id: string }) => title || `Untitled ${id.slice(-6)}`;

export const statusLabels: Record<SquareCard["status"], string> = {
  queued: "In the queue",
  dated: "On a date",
  claimed: "Posting now",
  posting: "Posting now",
  posted: "Posted",
  review: "Needs review",
  withdrawn: "Withdrawn",
  draft: "Draft",
};
