import type { Clock } from "../clock.ts";
import { countUncounted, open, readStock } from "../squares/stock.ts";
import type { Schedule } from "./schedule.ts";
import { type StockReport, settledReport } from "./settle.ts";

/**
 * Disables the schedule when nothing is left to post. The stock is read again afterwards: a square added in
 * between has enabled the schedule before we disabled it. If this is retried after it failed half-way, it may find
 * stock and a schedule that its own first attempt disabled.
 */
export async function disableSchedule(schedule: Schedule, clock: Clock): Promise<StockReport> {
  const { table } = schedule;
  const before = await readStock(table);
  if (open(before) > 0 || (await countUncounted(table, before)) > 0) return settledReport(schedule, clock);
  return settledReport(schedule, clock, { sleepsWhenEmpty: true });
}
