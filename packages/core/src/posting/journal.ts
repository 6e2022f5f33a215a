import { dayMs } from "../clock.ts";
import { TaskError } from "../errors.ts";
import { captionOf } from "../squares/caption.ts";
import type { Square } from "../squares/square.ts";
import type { Table } from "../squares/table.ts";
import { changeStatus, conditionFailed, type Transition } from "../squares/transition.ts";
import { countResend, resendMs } from "./resend.ts";

/** What is sent to `POST /2/tweets`: the same square and media always give the same text, byte by byte. */
export function tweetBodyOf(square: Pick<Square, "caption" | "title">, mediaId: string): string {
  return JSON.stringify({ text: captionOf(square), media: { media_ids: [mediaId] } });
}

/** Why a step of this execution may not change the square. */
export function notClaimed(id: string, execution: string, square: Square | "gone" | undefined): TaskError {
  if (square === "gone" || square === undefined)
    return new TaskError("rejected", `Square ${id} is no longer in the table.`);
  const { status, claimedBy } = square;
  if (claimedBy === execution)
    return new TaskError("rejected", `Square ${id} is already ${status}: this step of ${execution} came too late.`);
  const by = claimedBy ? `, claimed by ${claimedBy}` : "";
  return new TaskError("rejected", `Square ${id} is ${status}${by}, not claimed by ${execution}.`);
}

/** The most posts in a day, whatever else goes wrong. */
export const defaultMostPostsADay = 100;

export type Turn =
  /** Written down just now, so nothing was sent before. */
  | { turn: "first"; tweetBody: string; sentAt: string }
  /** Written down before, looked for and not found: the same body is sent once more; `resends` includes this one. */
  | { turn: "again"; tweetBody: string; resends: number }
  /** Written down before, so it may have been posted, and nobody has looked since. */
  | { turn: "look" };

/** What is about to be sent. */
export interface Sending {
  mediaId: string;
  /** ISO time until which X keeps it; without it, the body is never sent a second time. */
  mediaExpiresAt?: string | undefined;
  tweetBody: string;
}

/**
 * Writes down what is about to be sent, before it is sent, and counts it towards the day. From here on the
 * square counts as possibly posted, until `stepBack` or `markPosted`. Whether a body may be sent again is decided in the
 * same write that counts the resend.
 *
 * @throws Rejected when another execution has claimed the square; NoCredits when the day's posts are used up.
 */
export async function startPosting(
  table: Table,
  input: Sending & { id: string; execution: string; mostPostsADay: number; now: number },
): Promise<Turn> {
  const now = new Date(input.now).toISOString();
  const transition: Transition = {
    id: input.id,
    from: "claimed",
    to: "posting",
    sortKey: now,
    now,
    set: {
      mediaId: input.mediaId,
      ...(input.mediaExpiresAt !== undefined && { mediaExpiresAt: input.mediaExpiresAt }),
      tweetBody: input.tweetBody,
      sentAt: now,
      resendUntil: new Date(input.now + resendMs).toISOString(),
    },
    remove: ["looks", "lookedAt", "resends"],
    claimedBy: input.execution,
  };
  let square: Square | "gone" | undefined;
  try {
    square = await changeStatus(table, transition, [countPost(table, input)]);
  } catch (error) {
    throw conditionFailed(error, 2) ? dayIsFull(input) : error;
  }
  if (square === undefined) return { turn: "first", tweetBody: input.tweetBody, sentAt: now };
  if (square === "gone" || square.status !== "posting" || square.claimedBy !== input.execution)
    throw notClaimed(input.id, input.execution, square);
  const { tweetBody } = square;
  const resends = tweetBody === undefined ? undefined : await countResend(table, input);
  return tweetBody === undefined || resends === undefined ? { turn: "look" } : { turn: "again", tweetBody, resends };
}

const twoDaysMs = 2 * dayMs;

const dayId = (now: number) => `#day#${new Date(now).toISOString().slice(0, 10)}`;

function countPost(table: Table, { now, mostPostsADay }: { now: number; mostPostsADay: number }) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: dayId(now) },
      UpdateExpression: "SET #ttl = :ttl ADD posts :one",
      ConditionExpression: "attribute_not_exists(posts) OR posts < :most",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":most": mostPostsADay, ":ttl": Math.ceil((now + twoDaysMs) / 1000) },
    },
  };
}

function dayIsFull({ mostPostsADay, now }: { mostPostsADay: number; now: number }): TaskError {
  const tomorrow = new Date((Math.floor(now / dayMs) + 1) * dayMs).toISOString();
  return new TaskError(
    "noCredits",
    `${mostPostsADay} posts were made today (UTC), and MAX_POSTS_PER_DAY allows no more: find out what posts so much; next try at <${tomorrow}>.`,
  );
}

/**
 * X said for certain that this sending posted nothing: the square is only claimed again, and the day has one post less. That
 * says nothing about any other sending.
 *
 * @param input.sentAt as `startPosting` returned it.
 */
export async function stepBack(
  table: Table,
  input: { id: string; execution: string; sentAt: string; now: number },
): Promise<void> {
  const now = new Date(input.now).toISOString();
  await changeStatus(
    table,
    {
      id: input.id,
      from: "posting",
      to: "claimed",
      sortKey: now,
      now,
      remove: ["tweetBody", "sentAt", "resendUntil", "looks", "lookedAt", "resends"],
      claimedBy: input.execution,
      sentOnceAt: input.sentAt,
    },
    [
      {
        Update: {
          TableName: table.name,
          Key: { id: dayId(Date.parse(input.sentAt)) },
          UpdateExpression: "ADD posts :minusOne",
          ExpressionAttributeValues: { ":minusOne": -1 },
        },
      },
    ],
  );
}
