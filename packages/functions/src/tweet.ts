import { tweet } from "@twobytwo/core/tweet";
import { TweetInput } from "@twobytwo/core/workflow";
import { clock, mostPostsADay, table, x } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Tweet", TweetInput, (input) =>
  tweet({ table: table(), x, clock, mostPostsADay: mostPostsADay() }, input),
);
