import { CheckStockInput } from "@twobytwo/core/posting/state-inputs";
import { checkStock } from "@twobytwo/core/schedule/check-stock";
import { schedule } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Check stock", CheckStockInput, () => checkStock(schedule()));
