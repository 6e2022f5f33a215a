import type { Overview } from "../../contract.ts";
import { dayWords, timeWords } from "../base/format.ts";

export type ScheduleMood = "posting" | "paused" | "stopped" | "asleep";

export interface ScheduleWords {
  mood: ScheduleMood;
  /** The state in two or three words. */
  short: string;
  /** The state in a sentence. */
  long: string;
  /** What stock there is, and when it ends. */
  stock: string;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Says how the schedule stands: a person must see at a glance whether squares go out, and why not. */
export function scheduleWords({ schedule, stock, next, emptyOn }: Overview, now: Date): ScheduleWords {
  const where = { now, timeZone: schedule.timeZone };
  const waiting = `${stock.queued} waiting`;
  const words = (mood: ScheduleMood, short: string, long: string, rest = ""): ScheduleWords => ({
    mood,
    short,
    long,
    stock: `${waiting}${rest}`,
  });
  const { pause } = schedule;
  if (pause?.pausedBy === "person")
    return pause.until === undefined
      ? words("paused", "Paused", "Paused until you resume. Nothing is lost.")
      : words(
          "paused",
          `Paused until ${dayWords(pause.until, where)}`,
          `Paused until ${timeWords(pause.until, where)}.`,
        );
  if (pause !== undefined)
    return words(
      "stopped",
      "Stopped",
      `Stopped after a failure: ${pause.reason ?? "see the runs"}${pause.until === undefined ? "" : ` One square is tried again ${timeWords(pause.until, where)}.`}`,
    );
  if (stock.queued === 0)
    return words("asleep", "Queue empty", "Asleep, for the queue is empty. It wakes when a square is added.");
  if (schedule.state === "disabled") return words("asleep", "Asleep", "The schedule is switched off.");
  const rest = emptyOn === undefined ? "" : `, empty ${dayWords(emptyOn, where)}`;
  const at = next?.at;
  const short = at === undefined ? "Posting" : `Next ${timeWords(at, where)}`;
  return words("posting", short, `${capital(schedule.description)}.`, rest);
}
