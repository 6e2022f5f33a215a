import { holdForReview } from "@twobytwo/core/posting/hold-for-review";
import { GiveUpInput } from "@twobytwo/core/posting/state-inputs";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Hold for review", GiveUpInput, (input) => holdForReview({ table: table(), clock }, input));
