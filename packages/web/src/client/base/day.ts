const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** What the clock on the wall of a time zone shows: `2026-12-24, 18:00`. */
function wallAt(time: Date, timeZone: string | undefined): { day: string; clock: string } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-CA", {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...(timeZone && { timeZone }),
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`,
    clock: `${parts.get("hour")}:${parts.get("minute")}`,
  };
}

/** The day on the wall of a time zone: `2026-12-24`. */
export const dayIn = (time: Date, timeZone: string | undefined): string => wallAt(time, timeZone).day;

/** The time on the wall, `18:00`; empty at midnight, where a day begins that was chosen without a time. */
export function wallClock(iso: string, timeZone: string | undefined): string {
  const { clock } = wallAt(new Date(iso), timeZone);
  return clock === "00:00" ? "" : clock;
}
