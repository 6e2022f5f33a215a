import type { AskX } from "../asking/ask-x.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import { rankAt } from "../queue/reorder.ts";
import { requireSquare } from "../squares/list.ts";
import type { Square } from "../squares/square.ts";
import { changeStatus, claimAttributes } from "../squares/transition.ts";
import { type StatusChange, type StatusPorts, wake } from "./change-status.ts";

export interface UnpostPorts extends StatusPorts {
  askX: Pick<AskX, "deletePost">;
}

/**
 * Deletes a square's posts, at X and where it was shared, and then puts the square at the end of the queue or retires it. In this order: cut
 * off in between, the square still counts as posted under an id that is gone, and the same call again goes on from
 * there. The other way round it could be in the queue and out at once.
 *
 * @throws Rejected where it is not posted, or was changed meanwhile; what X throws, with the square as it was.
 */
export async function unpostSquare(
  ports: UnpostPorts,
  { id, afterwards }: { id: string; afterwards: "queue" | "withdraw" },
): Promise<StatusChange> {
  const { table, clock } = ports;
  const square = await requireSquare(table, id);
  const to = afterwards === "queue" ? "queued" : "withdrawn";
  // An earlier call has done it, and its answer was lost, or it failed to wake the schedule.
  if (square.status === to && square.tweetId === undefined) {
    if (to === "queued") await wake(ports);
    return { id, from: to, to, changed: false };
  }
  const tweetId = postOf(square);
  let seen = square;
  for (let tries = 0; ; tries += 1) {
    await ports.askX.deletePost({ squareId: id, tweetId });
    const now = new Date(clock()).toISOString();
    const sortKey = to === "queued" ? await rankAt(ports, "end") : now;
    // Of just the row that was read: what is shared meanwhile has to be deleted as well.
    const { version: seenVersion } = seen;
    const goal = { id, from: "posted", to, sortKey, now, postedAs: tweetId, seenVersion, remove: forgotten } as const;
    const other = await persistently(ports, `Changing square ${id}`, () => changeStatus(table, goal));
    if (other === undefined || (other !== "gone" && other.status === to)) break;
    if (other === "gone" || other.status !== "posted" || other.tweetId !== tweetId || tries === mostRivals)
      throw changedMeanwhile(id, other);
    seen = other;
  }
  if (to === "queued") await wake(ports);
  return { id, from: "posted", to, changed: true };
}

const forgotten = [...claimAttributes, "tweetId", "postedAt", "bluesky", "lastError"] as const;

/** How often others may change the row meanwhile. */
const mostRivals = 5;

function postOf({ id, status, tweetId }: Square): string {
  if (status === "posted" && tweetId !== undefined) return tweetId;
  throw new TaskError(
    "rejected",
    status === "posted"
      ? `The post of square ${id} is not recorded: delete it at X, then put the square back in the queue.`
      : `Square ${id} is ${status}, and only the post of a posted square can be deleted.`,
  );
}

const changedMeanwhile = (id: string, now: Square | "gone") =>
  new TaskError(
    "rejected",
    now === "gone"
      ? `The post is deleted, but square ${id} is no longer in the table.`
      : `The post is deleted, but somebody else changed square ${id} at the same time (it is ${now.status}): look at it again.`,
  );
