import { reconcile } from "@twobytwo/core/posting/reconcile";
import { ReconcileInput } from "@twobytwo/core/posting/state-inputs";
import { clock, table, x } from "./deps.ts";
import { task } from "./task.ts";

/** What the look has said is written down after it: a function that ends before has said nothing. */
const writingMs = 8_000;

export const handler = task("Reconcile", ReconcileInput, (input, leftMs) =>
  reconcile({ table: table(), x, clock, leftMs: () => leftMs() - writingMs }, input),
);
