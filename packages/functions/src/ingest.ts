import { ingest, ObjectCreated } from "@twobytwo/core/inbox/ingest";
import { adding } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Ingest", ObjectCreated, (event) => ingest(adding(), event));
