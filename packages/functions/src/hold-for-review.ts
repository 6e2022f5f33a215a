import { giveUpClaim, holdForReview } from "@twobytwo/core/release";
import { GiveUpInput } from "@twobytwo/core/workflow";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Hold for review", GiveUpInput, (input) =>
  giveUpClaim({ table: table(), clock }, input, holdForReview),
);
