import { readStock } from "../squares/stock.ts";
import { type Schedule, scheduleState } from "./schedule.ts";
import { reportOf, type StockReport } from "./settle.ts";

export async function checkStock(schedule: Schedule): Promise<StockReport> {
  const [stock, state] = await Promise.all([readStock(schedule.table), scheduleState(schedule)]);
  return reportOf(stock, state);
}
