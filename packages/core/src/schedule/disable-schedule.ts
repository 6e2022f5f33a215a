import type { Clock } from "../clock.ts";
import { countUncounted, open, readStock } from "../squares/stock.ts";
import type { Schedule } from "./schedule.ts";
import { type StockReport, settledReport } from "./settle.ts";

/**
 * Puts the schedule to sleep when nothing is left to post. The stock is looked at again afterwards: a square
 * added in between has woken the schedule before we put it to sleep. Tried again after it failed half-way, it
 * may find stock and a schedule that its own first try put to sleep.
 */
export async function disableSchedule(schedule: Schedule, clock: Clock): Promise<StockReport> {
  const { table } = schedule;
  const before = await readStock(table);
  if (open(before) > 0 || (await countUncounted(table, before)) > 0) return settledReport(schedule, clock);
  return settledReport(schedule, clock, { sleepsWhenEmpty: true });
}
