import { GetScheduleCommand, ResourceNotFoundException, type SchedulerClient } from "@aws-sdk/client-scheduler";
import { nextTimes } from "@twobytwo/core/schedule/expression";

const minuteMs = 60_000;
/** A deployment takes about this long, and a run that has begun two minutes. */
const [ahead, behind] = [10 * minuteMs, 2 * minuteMs];

/** When a stage posts, as it is now. */
export interface Slots {
  expression: string;
  timeZone: string;
  /** A slot during which a deployment that begins now would be at work. */
  near?: Date;
}

/** Undefined where there is no such schedule. */
export async function readSlots(client: SchedulerClient, Name: string, now: number): Promise<Slots | undefined> {
  try {
    const found = await client.send(new GetScheduleCommand({ Name }));
    const { ScheduleExpression: expression = "", ScheduleExpressionTimezone: timeZone = "UTC", State } = found;
    const slots = { expression, timeZone };
    if (State === "DISABLED") return slots;
    const start = found.StartDate ?? found.CreationDate;
    const [next] = nextTimes(expression, {
      timeZone,
      after: new Date(now - behind),
      count: 1,
      ...(start !== undefined && { start }),
    });
    const isNear =
      next !== undefined && next.getTime() < now + ahead && next.getTime() <= (found.EndDate?.getTime() ?? Infinity);
    return { ...slots, ...(isNear && { near: next }) };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
