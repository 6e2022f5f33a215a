import { giveUpClaim, releaseSquare } from "@twobytwo/core/release";
import { GiveUpInput } from "@twobytwo/core/workflow";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Release square", GiveUpInput, (input) =>
  giveUpClaim({ table: table(), clock }, input, releaseSquare),
);
