import { selectSquare } from "@twobytwo/core/posting/select-square";
import { SelectSquareInput } from "@twobytwo/core/posting/state-inputs";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Select square", SelectSquareInput, (input) =>
  selectSquare({ table: table(), clock }, input),
);
