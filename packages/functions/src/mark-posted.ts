import { markPosted } from "@twobytwo/core/post";
import { MarkPostedInput } from "@twobytwo/core/workflow";
import { clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Mark posted", MarkPostedInput, async ({ squareId, tweetId, execution }) => {
  await markPosted(table(), { id: squareId, execution, tweetId, now: clock() });
  return { squareId, tweetId };
});
