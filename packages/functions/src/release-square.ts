import { releaseSquare } from "@twobytwo/core/posting/release-square";
import { GiveUpInput } from "@twobytwo/core/posting/state-inputs";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Release square", GiveUpInput, (input) => releaseSquare({ table: table(), clock }, input));
