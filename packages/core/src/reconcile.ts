import type { Clock } from "./clock.ts";
import { TaskError } from "./errors.ts";
import { moveSquare } from "./move.ts";
import { claimAttributes } from "./release.ts";
import type { Square } from "./square.ts";
import { readSquare, type Table } from "./table.ts";
import type { ReconcileInput } from "./workflow.ts";
import type { XClient } from "./x-client.ts";

export interface ReconcilePorts {
  table: Table;
  x: () => Promise<XClient>;
  clock: Clock;
}

export type Findings =
  /** It is out, under this id. */
  | { outcome: "found"; tweetId: string }
  /** Not to be seen, and X still refuses a second one: the same body with the same media may be sent again. */
  | { outcome: "resend"; tweetId: null }
  /** Never posted: the square is back in the queue. */
  | { outcome: "requeued"; tweetId: null }
  /** Not to be seen, and sending again could post it twice. */
  | { outcome: "unsure"; tweetId: null };

/** X remembers a body with its media, and refuses the second one, for this long. */
const refusesSecondMs = 12 * 60 * 60 * 1000;
/** Well before X forgets: a request takes its time. */
const resendUntilMs = refusesSecondMs - 30 * 60 * 1000;
/** Posts of ours that can have been made since; a page of X's timeline has 100 at most. */
const newestPosts = 20;

/**
 * Finds out whether a square that may be out is out, by its media in the account's own timeline.
 *
 * @throws Rejected when this execution does not hold the square; what reading X throws.
 */
export async function reconcile(
  { table, x, clock }: ReconcilePorts,
  { execution, squareId }: ReconcileInput,
): Promise<Findings> {
  const square = await readSquare(table, squareId);
  if (square?.status === "posted" && square.tweetId !== undefined) return { outcome: "found", tweetId: square.tweetId };
  if (square === undefined || square.claimedBy !== execution)
    throw new TaskError("rejected", `Square ${squareId} is ${square?.status ?? "gone"}, and not held by ${execution}.`);
  // The step ended before it had written down what to send, and it sends nothing before that.
  if (square.status === "claimed") return { outcome: "resend", tweetId: null };
  const tweetId = await findPost(await x(), square);
  if (tweetId !== undefined) return { outcome: "found", tweetId };
  return { outcome: await settleAbsent(table, square, clock()), tweetId: null };
}

/** What is to be done about a `posting` square whose post is not to be seen; puts it back where it never was. */
export async function settleAbsent(
  table: Table,
  square: Square,
  now: number,
): Promise<"resend" | "unsure" | "requeued"> {
  const sentAt = Date.parse(square.sortKey);
  if (now - sentAt < resendUntilMs) return canResend(square, now) ? "resend" : "unsure";
  if (now - sentAt < refusesSecondMs) return "unsure";
  await requeue(table, square, now);
  return "requeued";
}

/** The post that carries the square's media; undefined where it is not, or not yet, to be seen. */
export async function findPost(x: XClient, { mediaId }: Pick<Square, "mediaId">): Promise<string | undefined> {
  if (mediaId === undefined) return undefined;
  const posts = await x.ownPosts(newestPosts);
  return posts.find((post) => post.mediaIds.includes(mediaId))?.id;
}

function canResend({ mediaExpiresAt, tweetBody }: Square, now: number): boolean {
  return tweetBody !== undefined && Date.parse(mediaExpiresAt ?? "") > now;
}

/** Twelve hours after the one request that can have posted it, it would be in the timeline. */
async function requeue(table: Table, square: Square, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  await moveSquare(table, {
    id: square.id,
    from: "posting",
    to: "queued",
    sortKey: square.rank ?? square.sortKey,
    now: at,
    remove: claimAttributes,
    ...(square.claimedBy !== undefined && { heldBy: square.claimedBy }),
  });
}
