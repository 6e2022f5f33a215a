import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import { requirePostable } from "../squares/caption.ts";
import type { Table } from "../squares/table.ts";
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
 * Posts one square, after writing down exactly what is about to be sent. Whatever ends this step between
 * that note and X's answer leaves the square in `posting`: it may be out. Run again it sends the very same
 * body with the same media, and only where a whole round of looks has not seen it.
 *
 * @throws UnknownOutcome when it may have been posted; every other name means that this try was not.
 */
export async function tweet(
  { table, x, clock, mostPostsADay }: TweetPorts,
  { execution, square, mediaId }: TweetInput,
): Promise<{ squareId: string; tweetId: string }> {
  requirePostable(square.id, square.caption);
  const client = await x();
  const start = await startPosting(table, {
    id: square.id,
    execution,
    mediaId,
    tweetBody: tweetBodyOf(square, mediaId),
    mostPostsADay,
    now: clock(),
  });
  if (start.turn === "look")
    throw new TaskError(
      "unknownOutcome",
      `Square ${square.id} may be out from an earlier try: look before sending it.`,
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
 * That this try was refused for certain says nothing of the earlier one, whose answer never came. Refused as a
 * duplicate, it is out in X's own words, and nobody sends it again.
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
  return new TaskError("unknownOutcome", `An earlier try may have been posted, and now: ${error.message}`);
}
