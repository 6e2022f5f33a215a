export interface Sleep {
  now: number;
  open: number;
  /** A pause that holds at this moment. */
  pausedBy: "person" | "workflow" | undefined;
  until: number | undefined;
  isEnabled: boolean;
  startDate: number | undefined;
}

/** What is wrong with a schedule at this moment, which may still be on its way to being right. */
export function flawOf({ now, open, pausedBy, until, isEnabled, startDate }: Sleep): string | undefined {
  if (open > 0 && pausedBy === undefined && !isEnabled)
    return "asleep: there is stock, nobody paused, and the schedule sleeps";
  if (open > 0 && pausedBy === undefined && (startDate ?? 0) > now)
    return "asleep: there is stock, nobody paused, and the schedule waits";
  if (pausedBy === "person" && isEnabled && (until === undefined || (startDate ?? 0) < until))
    return "pause: a person paused, and the schedule is awake";
  return undefined;
}

/** Longest that a flaw may last: the watch comes within the hour, and may look twice. */
export const mostMs = 130 * 60_000;
