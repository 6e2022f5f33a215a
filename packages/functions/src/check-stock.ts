import { checkStock } from "@twobytwo/core/schedule";
import { CheckStockInput } from "@twobytwo/core/workflow";
import { schedule } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Check stock", CheckStockInput, () => checkStock(schedule()));
