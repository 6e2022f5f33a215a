import { TaskError } from "../errors.ts";
import type { Square } from "../squares/square.ts";
import type { Table } from "../squares/table.ts";
import { changeStatus, type Transition } from "../squares/transition.ts";
import { notClaimed } from "./journal.ts";

/**
 * Idempotent: marking the same post again changes nothing. X's confirmation counts even if another run has taken over the
 * square meanwhile, because that run sends nothing.
 *
 * @throws Rejected when another execution sends it, or it is another post.
 */
export async function markPosted(
  table: Table,
  input: { id: string; execution: string; tweetId: string; now: number },
): Promise<void> {
  const square = await toPosted(table, input, { from: "posting", claimedBy: input.execution });
  if (square === undefined || isMarked(square, input)) return;
  if (square !== "gone" && isTakenOver(square)) {
    const { status: from, version: seenVersion } = square;
    const now = await toPosted(table, input, { from, seenVersion });
    if (now === undefined || isMarked(now, input)) return;
  }
  const { message } = notClaimed(input.id, input.execution, square);
  throw new TaskError("rejected", `${message} This run has posted it, or found its post: ${input.tweetId}.`);
}

const isMarked = (square: Square | "gone", { tweetId }: { tweetId: string }) =>
  square !== "gone" && square.status === "posted" && square.tweetId === tweetId;

/** Taking over a square removes the permission to send it again. */
const isTakenOver = ({ status, resendUntil }: Square) =>
  status === "review" || (status === "posting" && resendUntil === undefined);

async function toPosted(
  table: Table,
  input: { id: string; tweetId: string; now: number },
  from: Pick<Transition, "from" | "claimedBy" | "seenVersion">,
): Promise<Square | "gone" | undefined> {
  const now = new Date(input.now).toISOString();
  return changeStatus(table, {
    id: input.id,
    to: "posted",
    sortKey: now,
    now,
    set: { tweetId: input.tweetId, postedAt: now },
    remove: ["lastError"],
    ...from,
  });
}
