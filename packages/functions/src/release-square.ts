import { releaseInHand } from "@twobytwo/core/give-up";
import { GiveUpInput } from "@twobytwo/core/workflow";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Release square", GiveUpInput, (input) => releaseInHand({ table: table(), clock }, input));
