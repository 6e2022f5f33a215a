import { activePause, type Pause, pauseId, readPause } from "../schedule/pause.ts";
import { firings, readRhythm } from "../schedule/rhythm.ts";
import { firesOnce, readSchedule } from "../schedule/schedule.ts";
import { open, readStock } from "../squares/stock.ts";
import { type Check, type CheckResult, check, type DoctorPorts } from "./check.ts";

const slot = "<aws.scheduler.scheduled-time>";

/** Whether the schedule is there, fires again, wakes the workflow, and is awake when it should be. */
export async function checkSchedule(ports: DoctorPorts): Promise<Check[]> {
  return Promise.all([
    check("schedule", () => rhythm(ports)),
    check("schedule target", () => target(ports)),
    check("schedule state", () => state(ports)),
  ]);
}

async function rhythm({ schedule, clock }: DoctorPorts): Promise<CheckResult> {
  const found = await readRhythm(schedule, clock);
  const wayOut = 'Write another: 2x2 schedule "cron(0 18 * * ? *)".';
  const [next] = firings(found, { now: clock(), count: 1 });
  return next === undefined
    ? { state: "wrong", what: `The schedule ${found.expression} (${found.timeZone}) will never fire again.`, wayOut }
    : { state: "ok", what: `The schedule ${found.expression} (${found.timeZone}) exists and will fire again.` };
}

async function target({ schedule, stateMachine }: DoctorPorts): Promise<CheckResult> {
  const { Target } = await readSchedule(schedule);
  const wayOut = "Deploy again, and from then on change the schedule only with `2x2 schedule`.";
  if (Target?.Arn !== stateMachine.arn)
    return {
      state: "wrong",
      what: `The schedule starts ${Target?.Arn ?? "nothing"} instead of ${stateMachine.arn}.`,
      wayOut,
    };
  if (!Target.Input?.includes(slot))
    return {
      state: "wrong",
      what: `The schedule does not pass its slot to the run (${slot}), so a slot that is delivered twice could post two squares.`,
      wayOut,
    };
  return { state: "ok", what: "The schedule starts the workflow and passes it the slot." };
}

async function state({ schedule, clock }: DoctorPorts): Promise<CheckResult> {
  const [{ State, StartDate, ScheduleExpression = "" }, stock, found] = await Promise.all([
    readSchedule(schedule),
    readStock(schedule.table),
    readPause(schedule.table),
  ]);
  const pause = activePause(found, clock());
  const isAsleep = State === "DISABLED";
  const left = open(stock);
  if (pause !== undefined) {
    const once = firesOnce(ScheduleExpression);
    return paused(pause, { isAsleep, startsAt: StartDate?.getTime(), once, left });
  }
  if (!isAsleep) return { state: "ok", what: "The schedule is enabled, and nobody has paused it." };
  if (left === 0) return { state: "ok", what: "The schedule is disabled until a square is added." };
  return {
    state: "wrong",
    what: `The schedule is disabled although nobody paused it, and ${left} squares are waiting.`,
    wayOut: "Wake it: 2x2 doctor --repair.",
    repairable: true,
  };
}

function paused(
  { pausedBy, until, reason, mistakes }: Pause,
  { isAsleep, startsAt, once, left }: { isAsleep: boolean; startsAt: number | undefined; once: boolean; left: number },
): CheckResult {
  if (mistakes !== undefined)
    return {
      state: "wrong",
      what: `The row ${pauseId} of the table, which says who has paused, cannot be read (${mistakes}): it counts as a pause by a person, without an end.`,
      wayOut: "Replace it: 2x2 pause, or 2x2 resume.",
    };
  const why = reason === undefined ? "" : ` (${reason})`;
  if (until !== undefined && isAsleep && left > 0)
    return {
      state: "wrong",
      what: `The pause ends at ${until}, but the schedule is disabled and would not start again then.`,
      wayOut: `Pause it again: 2x2 pause --until ${until}, or 2x2 resume.`,
      repairable: true,
    };
  const isTooEarly = isAsleep || once ? false : until === undefined || (startsAt ?? 0) < Date.parse(until);
  if (isTooEarly)
    return {
      state: "wrong",
      what: `Posting is paused${why}, but the schedule is enabled.`,
      wayOut: `Pause it again: 2x2 pause${until === undefined ? "" : ` --until ${until}`}, or 2x2 resume.`,
      repairable: true,
    };
  if (pausedBy === "workflow")
    return {
      state: "warning",
      what: `The workflow has paused${why}, and tries one square again at ${until}.`,
      wayOut: "Fix the cause; then 2x2 resume ends the pause, and 2x2 post next tries one square at once.",
    };
  return { state: "ok", what: `The schedule is paused${until === undefined ? "" : ` until ${until}`}${why}.` };
}
