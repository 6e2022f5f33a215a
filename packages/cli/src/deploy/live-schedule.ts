import { GetScheduleCommand, ResourceNotFoundException } from "@aws-sdk/client-scheduler";
import type { Aws } from "./aws.ts";

/** The schedule's current values for the template's parameters, whatever the stack once set. */
export type LiveSchedule = Record<"ScheduleExpression" | "ScheduleTimeZone" | "ScheduleState", string>;

/** Undefined if somebody deleted it. */
export async function readLiveSchedule({ scheduler }: Aws, name: string): Promise<LiveSchedule | undefined> {
  try {
    const found = await scheduler.send(new GetScheduleCommand({ Name: name }));
    const { ScheduleExpression = "", ScheduleExpressionTimezone = "UTC", State = "ENABLED" } = found;
    return { ScheduleExpression, ScheduleTimeZone: ScheduleExpressionTimezone, ScheduleState: State };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
