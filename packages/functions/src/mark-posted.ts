import { markPosted } from "@twobytwo/core/posting/mark-posted";
import { MarkPostedInput } from "@twobytwo/core/posting/state-inputs";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Mark posted", MarkPostedInput, async ({ squareId, tweetId, execution }) => {
  await markPosted(table(), { id: squareId, execution, tweetId, now: clock() });
  return { squareId, tweetId };
});
