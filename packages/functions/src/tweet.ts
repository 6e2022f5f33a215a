import { TweetInput } from "@twobytwo/core/posting/state-inputs";
import { tweet } from "@twobytwo/core/posting/tweet";
import { clock, mostPostsADay, table, x } from "./deps.ts";
import { task } from "./task.ts";

/** While Lambda starts the function: its keys, and its connection to X. What fails is tried again at the first use. */
void x();

/** Keys that were read for an earlier run may have been mended since. */
function readAnew(isNew: boolean): Promise<unknown> {
  if (!isNew) x.forget();
  return x();
}

export const handler = task(
  "Tweet",
  TweetInput,
  (input) => tweet({ table: table(), x, clock, mostPostsADay: mostPostsADay() }, input),
  readAnew,
);
