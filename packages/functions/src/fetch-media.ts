import { fetchMedia } from "@twobytwo/core/posting/fetch-media";
import { FetchMediaInput } from "@twobytwo/core/posting/state-inputs";
import { bucket, x } from "./deps.ts";
import { task } from "./task.ts";

/** While Lambda starts the function: its keys, and its connection to X. What fails is tried again at the first use. */
void x();

export const handler = task("Fetch media", FetchMediaInput, (input) => fetchMedia({ bucket: bucket(), x }, input));
