import { requirePostable } from "./caption.ts";
import type { Clock } from "./clock.ts";
import { errorName, TaskError } from "./errors.ts";
import { startPosting, stepBack, tweetBodyOf } from "./post.ts";
import type { Table } from "./table.ts";
import type { TweetInput } from "./workflow.ts";
import type { XClient } from "./x-client.ts";

export interface TweetPorts {
  table: Table;
  x: () => Promise<XClient>;
  clock: Clock;
  mostPostsADay: number;
}

/**
 * Posts one square, after writing down exactly what is about to be sent. Whatever ends this step between
 * that note and X's answer leaves the square in `posting`: it may be out. Run again it sends the very same
 * body with the same media, which X refuses if it has it already.
 *
 * @throws UnknownOutcome when it may have been posted; every other name means that this try was not.
 */
export async function tweet(
  { table, x, clock, mostPostsADay }: TweetPorts,
  { execution, square, mediaId }: TweetInput,
): Promise<{ squareId: string; tweetId: string }> {
  requirePostable(square.id, square.caption);
  const client = await x();
  const { turn, tweetBody } = await startPosting(table, {
    id: square.id,
    execution,
    mediaId,
    tweetBody: tweetBodyOf(square, mediaId),
    mostPostsADay,
    now: clock(),
  });
  try {
    const { id } = await client.post(tweetBody);
    return { squareId: square.id, tweetId: id };
  } catch (error) {
    if (!(error instanceof TaskError) || error.name === errorName.unknownOutcome) throw error;
    if (turn === "again") throw ofAnEarlierTry(error);
    await stepBack(table, { id: square.id, execution, now: clock() });
    throw error;
  }
}

/** That this try was refused says nothing of the earlier one, whose answer never came. */
function ofAnEarlierTry(error: TaskError): TaskError {
  if (error.name === errorName.rateLimited) return error;
  return new TaskError("unknownOutcome", `An earlier try may have been posted, and now: ${error.message}`);
}
