import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import type { Table } from "../squares/table.ts";
import { requirePostable } from "../squares/weighted-length.ts";
import type { XClient } from "../x/client.ts";
import { isDuplicate } from "../x/errors.ts";
import { startPosting, stepBack, tweetBodyOf } from "./journal.ts";
import { endResends, uncountResend } from "./resend.ts";
import type { TweetInput } from "./state-inputs.ts";

export interface TweetPorts {
  table: Table;
  x: () => Promise<XClient>;
  clock: Clock;
  mostPostsADay: number;
}

/**
 * Posts one square, after writing down exactly what is about to be sent. If this step ends between that write
 * and X's answer, the square stays `posting`: it may have been posted. When it is run again, it sends exactly the
 * same body with the same media, and only if a whole round of looks has not found the post.
 *
 * @throws UnknownOutcome when it may have been posted; every other name means that this attempt did not post it.
 */
export async function tweet(
  { table, x, clock, mostPostsADay }: TweetPorts,
  { execution, square, mediaId, mediaExpiresAt }: TweetInput,
): Promise<{ squareId: string; tweetId: string }> {
  requirePostable(square.id, square.caption);
  const client = await x();
  const start = await startPosting(table, {
    id: square.id,
    execution,
    mediaId,
    mediaExpiresAt,
    tweetBody: tweetBodyOf(square, mediaId),
    mostPostsADay,
    now: clock(),
  });
  if (start.turn === "look")
    throw new TaskError(
      "unknownOutcome",
      `Square ${square.id} may have been posted by an earlier attempt: look before sending it.`,
    );
  try {
    const { id } = await client.post(start.tweetBody);
    return { squareId: square.id, tweetId: id };
  } catch (error) {
    if (!(error instanceof TaskError) || error.name === errorName.unknownOutcome) throw error;
    const claim = { id: square.id, execution, now: clock() };
    if (start.turn === "first") {
      await stepBack(table, { ...claim, sentAt: start.sentAt });
      throw error;
    }
    throw await ofAnEarlierTry(table, { ...claim, resends: start.resends }, error);
  }
}

/**
 * A certain refusal of this attempt says nothing about the earlier one, whose answer never came. If X refuses it as a
 * duplicate, X itself says that it was posted, and nobody sends it again.
 */
async function ofAnEarlierTry(
  table: Table,
  claim: { id: string; execution: string; now: number; resends: number },
  error: TaskError,
): Promise<TaskError> {
  if (isDuplicate(error)) await endResends(table, claim);
  if (error.name === errorName.rateLimited) {
    await uncountResend(table, claim);
    return error;
  }
  return new TaskError("unknownOutcome", `An earlier attempt may have posted it. Now: ${error.message}`);
}
