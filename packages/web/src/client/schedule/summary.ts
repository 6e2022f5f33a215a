import type { Overview } from "../../contract.ts";
import { formatDay, formatTime } from "../base/format.ts";

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

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether posts go out and, if not, why: a person must see it at a glance. */
export function scheduleSummary({ schedule, stock, next, emptyOn }: Overview, now: Date): ScheduleSummary {
  const where = { now, timeZone: schedule.timeZone };
  const queued = `${stock.queued} in the queue${stock.dated > 0 ? `, ${stock.dated} on a date` : ""}`;
  const summary = (mood: Mood, short: string, long: string, rest = ""): ScheduleSummary => ({
    mood,
    isHalted: mood === "paused" || mood === "stopped",
    short,
    long,
    stock: `${queued}${rest}`,
  });
  const { pause } = schedule;
  if (pause?.pausedBy === "person")
    return pause.until === undefined
      ? summary("paused", "Paused", "Paused until you resume.")
      : summary(
          "paused",
          `Paused until ${formatDay(pause.until, where)}`,
          `Paused until ${formatTime(pause.until, where)}.`,
        );
  if (pause !== undefined)
    return summary(
      "stopped",
      "Stopped",
      `Stopped after a failure: ${pause.reason ?? "see Runs."}${pause.until === undefined ? "" : ` One square is tried again ${formatTime(pause.until, where)}.`}`,
    );
  if (stock.queued + stock.dated === 0)
    return summary("asleep", "Queue empty", "Posting starts again when you add a square.");
  if (schedule.state === "disabled") return summary("asleep", "Off", "The schedule is switched off.");
  const rest = emptyOn === undefined ? "" : `, empty ${formatDay(emptyOn, where)}`;
  const at = next?.at;
  const short = at === undefined ? "Posting" : `Next ${formatTime(at, where)}`;
  return summary("posting", short, `${capital(schedule.description)}.`, rest);
}
