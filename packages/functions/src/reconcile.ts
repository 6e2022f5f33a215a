import { reconcile } from "@twobytwo/core/reconcile";
import { ReconcileInput } from "@twobytwo/core/workflow";
import { clock, table, x } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Reconcile", ReconcileInput, (input) => reconcile({ table: table(), x, clock }, input));
