import { prepareMedia } from "@twobytwo/core/prepare-media";
import { FetchMediaInput } from "@twobytwo/core/workflow";
import { bucket, clock, table, x } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Fetch media", FetchMediaInput, (input) =>
  prepareMedia({ table: table(), bucket: bucket(), x, clock }, input),
);
