import { persistently } from "../persistently.ts";
import { validateSchedule } from "./expression.ts";
import { activePause, readPause } from "./pause.ts";
import { type PausePorts, reading, requireRepeats, settle } from "./pause-and-resume.ts";
import { firesOnce, readSchedule } from "./schedule.ts";

/**
 * Changes when posts go out. A pause stays what it is.
 *
 * @throws Rejected on what AWS would refuse; Retryable where others kept changing the schedule.
 */
export async function changeRhythm(
  ports: PausePorts,
  { expression, timeZone }: { expression?: string; timeZone?: string },
): Promise<void> {
  const { schedule, clock } = ports;
  const before = await persistently(ports, reading, () => readSchedule(schedule));
  const wanted = expression ?? before.ScheduleExpression ?? "";
  validateSchedule(wanted, timeZone ?? before.ScheduleExpressionTimezone ?? "UTC");
  if (firesOnce(wanted)) {
    const pause = await persistently(ports, "Reading the pause", () => readPause(schedule.table));
    const active = activePause(pause, clock());
    if (active?.pausedBy === "person" && active.until !== undefined) requireRepeats(wanted);
  }
  await settle(ports, {
    ...(expression !== undefined && { ScheduleExpression: expression }),
    ...(timeZone !== undefined && { ScheduleExpressionTimezone: timeZone }),
  });
}
