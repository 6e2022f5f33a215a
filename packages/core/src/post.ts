import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { captionOf } from "./caption.ts";
import { TaskError } from "./errors.ts";
import { moveSquare } from "./move.ts";
import type { Square } from "./square.ts";
import { readSquare, type Table } from "./table.ts";

/** The picture as X holds it for the coming post. */
export interface UploadedMedia {
  /** Digits only; never a number, it would lose its last ones. */
  id: string;
  /** ISO time. */
  expiresAt: string;
}

/** What is sent to `POST /2/tweets`: the same square and media always give the same text, byte by byte. */
export function tweetBodyOf(square: Pick<Square, "caption" | "title">, mediaId: string): string {
  return JSON.stringify({ text: captionOf(square), media: { media_ids: [mediaId] } });
}

const held = (id: string, execution: string, square: Square | "gone" | undefined) =>
  new TaskError(
    "rejected",
    square === "gone" || square === undefined
      ? `Square ${id} is no longer in the table.`
      : `Square ${id} is ${square.status}${square.claimedBy ? `, held by ${square.claimedBy}` : ""}, not held by ${execution}.`,
  );

/** Notes the uploaded media on a claimed square. @throws Rejected when another execution holds it. */
export async function noteMedia(
  table: Table,
  input: { id: string; execution: string; media: UploadedMedia; now: number },
): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: input.id },
        UpdateExpression: "SET mediaId = :mediaId, mediaExpiresAt = :expiresAt, updatedAt = :now ADD version :one",
        ConditionExpression: "#status = :claimed AND claimedBy = :execution",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":mediaId": input.media.id,
          ":expiresAt": input.media.expiresAt,
          ":now": new Date(input.now).toISOString(),
          ":one": 1,
          ":claimed": "claimed",
          ":execution": input.execution,
        },
      }),
    );
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    throw held(input.id, input.execution, await readSquare(table, input.id));
  }
}

/**
 * Writes down what is about to be sent, before it is sent. From here on the square counts as possibly
 * posted, until `stepBack` or `markPosted`.
 *
 * @returns "again" where the very same body was written down before, and so may have been sent already.
 * @throws Rejected when another execution holds the square, or another body was written down.
 */
export async function startPosting(
  table: Table,
  input: { id: string; execution: string; mediaId: string; tweetBody: string; now: number },
): Promise<"first" | "again"> {
  const now = new Date(input.now).toISOString();
  const square = await moveSquare(table, {
    id: input.id,
    from: "claimed",
    to: "posting",
    sortKey: now,
    now,
    set: { mediaId: input.mediaId, tweetBody: input.tweetBody },
    heldBy: input.execution,
  });
  if (square === undefined) return "first";
  const same =
    square !== "gone" &&
    square.status === "posting" &&
    square.claimedBy === input.execution &&
    square.tweetBody === input.tweetBody;
  if (same) return "again";
  throw held(input.id, input.execution, square);
}

/** X said for certain that nothing was posted: the square is merely claimed again. */
export async function stepBack(table: Table, input: { id: string; execution: string; now: number }): Promise<void> {
  const now = new Date(input.now).toISOString();
  await moveSquare(table, {
    id: input.id,
    from: "posting",
    to: "claimed",
    sortKey: now,
    now,
    remove: ["tweetBody"],
    heldBy: input.execution,
  });
}

/** Idempotent: marking the same post again changes nothing. @throws Rejected when another execution holds it. */
export async function markPosted(
  table: Table,
  input: { id: string; execution: string; tweetId: string; now: number },
): Promise<void> {
  const now = new Date(input.now).toISOString();
  const square = await moveSquare(table, {
    id: input.id,
    from: "posting",
    to: "posted",
    sortKey: now,
    now,
    set: { tweetId: input.tweetId, postedAt: now },
    remove: ["lastError"],
    heldBy: input.execution,
  });
  if (square === undefined) return;
  if (square !== "gone" && square.status === "posted" && square.tweetId === input.tweetId) return;
  throw held(input.id, input.execution, square);
}
