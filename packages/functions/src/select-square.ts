import { selectSquare } from "@twobytwo/core/select-square";
import { SelectSquareInput } from "@twobytwo/core/workflow";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Select square", SelectSquareInput, (input) =>
  selectSquare({ table: table(), clock }, input),
);
