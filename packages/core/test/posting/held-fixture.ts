import { tweetBodyOf } from "@twobytwo/core/posting/journal";
import type { Square } from "@twobytwo/core/squares/square";
import type { Table } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { XClient } from "@twobytwo/core/x/client";

export const jpegOf = (id: string) =>
  Buffer.concat([
    Buffer.from("ffd8ffe000104a46494600010100000100010000ffc0000b080040004001011100ffd9", "hex"),
    Buffer.from(id),
  ]);

/**
 * Holds a queued square for review as a run does that never heard whether it was posted.
 *
 * @param bytes the picture that X gets
 * @returns what was uploaded for it, and what was, or would have been, sent.
 */
export async function hold(
  { table, x, now }: { table: Table; x: XClient; now: number },
  square: Pick<Square, "id" | "title" | "caption">,
  bytes: Uint8Array = jpegOf(square.id),
): Promise<{ mediaId: string; tweetBody: string }> {
  const { id: mediaId } = await x.upload({ chunks: [bytes], size: bytes.length, contentType: "image/jpeg" });
  const at = new Date(now).toISOString();
  const tweetBody = tweetBodyOf(square, mediaId);
  const execution = `arn:aws:states:us-east-1:000000000000:execution:post-square:held-${square.id}`;
  const moved = await changeStatus(table, {
    id: square.id,
    from: "queued",
    to: "review",
    sortKey: at,
    now: at,
    set: {
      mediaId,
      tweetBody,
      sentAt: at,
      looks: 3,
      resends: 1,
      claimedBy: execution,
      claimedAt: at,
      lastError: { name: "UnknownOutcome", message: "X's answer never came.", at, execution },
    },
  });
  if (moved !== undefined) throw new Error(`${square.id} was not in the queue`);
  return { mediaId, tweetBody };
}
