import type { Overview } from "../../contract.ts";
import { cityOf, formatBoth, formatClock, formatDay, formatRhythm, formatTime, ownTimeZone } from "../base/format.ts";
import { plainWords, type Told } from "../base/plain-words.ts";

type Mood = "posting" | "paused" | "stopped" | "asleep";

interface ScheduleSummary {
  mood: Mood;
  /** A person has to resume it. */
  isHalted: boolean;
  /** The state in two or three words. */
  short: string;
  /** The state in a sentence. */
  long: string;
  /** How many squares are queued, and when the queue runs out. */
  stock: string;
}

/** Why nothing is posted, and what ends it. */
export interface Stop {
  told: Told;
  /** When one square is tried again without anybody's doing. */
  triedAgain?: string;
  ends: "resume" | "confirm";
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const isOff = ({ schedule, stock }: Overview) =>
  schedule.state === "disabled" && schedule.pause === undefined && stock.queued + stock.dated > 0;

/** What a person has to know on every page; a pause that a person made without a reason explains itself. */
export function stopOf(now: Overview): Stop | undefined {
  const { pause } = now.schedule;
  if (now.unconfirmed !== undefined) return { told: plainWords(`${now.unconfirmed}.`, "Unconfirmed"), ends: "confirm" };
  if (pause?.pausedBy === "workflow")
    return {
      told: plainWords(pause.reason ?? "", pause.error),
      ...(pause.until !== undefined && { triedAgain: pause.until }),
      ends: "resume",
    };
  if (pause?.reason) return { told: plainWords(pause.reason), ends: "resume" };
  if (isOff(now)) return { told: { sentence: "The schedule is switched off." }, ends: "resume" };
  return undefined;
}

/** A pause ends when a person said so, by that person's clock. */
export const formatPauseEnd = (until: string, timeZone: string) =>
  formatBoth(until, timeZone) === undefined
    ? formatTime(until)
    : `${formatTime(until)} your time (${formatClock(until, timeZone)} in ${cityOf(timeZone)})`;

/** Whether posts go out and, if not, why: a person must see it at a glance. */
export function scheduleSummary(now: Overview): ScheduleSummary {
  const { schedule, stock, next, emptyOn } = now;
  const { pause, timeZone } = schedule;
  const where = { timeZone };
  const dated = stock.dated > 0 ? `, ${stock.dated.toLocaleString()} with a date` : "";
  const queued = `${stock.queued.toLocaleString()} in the queue${dated}`;
  const summary = (mood: Mood, short: string, long: string, rest = ""): ScheduleSummary => ({
    mood,
    isHalted: mood === "paused" || mood === "stopped" || isOff(now),
    short,
    long,
    stock: `${queued}${rest}`,
  });
  if (pause?.pausedBy === "person")
    return pause.until === undefined
      ? summary("paused", "Paused", "Paused until you resume.")
      : summary(
          "paused",
          `Paused until ${formatDay(pause.until)}`,
          `Paused until ${formatPauseEnd(pause.until, timeZone)}.`,
        );
  if (pause !== undefined || now.unconfirmed !== undefined)
    return summary("stopped", "Stopped", "Posting has stopped. The reason is at the top of the page.");
  if (stock.queued + stock.dated === 0)
    return summary("asleep", "Queue empty", "Posting starts again when you add a square.");
  if (isOff(now)) return summary("asleep", "Off", "The schedule is switched off.");
  const rest = emptyOn === undefined ? "" : `, enough until ${formatDay(emptyOn, where)}`;
  const at = next?.at;
  const short = at === undefined ? "Posting" : `Next ${formatTime(at, where)}`;
  const both = at === undefined || timeZone === ownTimeZone ? undefined : formatBoth(at, timeZone);
  const long = `${capital(formatRhythm(schedule.description, timeZone))}${both === undefined ? "" : ` (${both})`}.`;
  return summary("posting", short, long, rest);
}
