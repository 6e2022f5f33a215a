import type { Clock } from "../clock.ts";
import { TaskError } from "../errors.ts";
import type { Square } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { type Look, lookFor, sentAtOf } from "./look.ts";
import type { OwnPostsPorts } from "./own-posts.ts";
import { forgetLooks, looksOfARound, mostResends, noteLook, resendMs } from "./resend.ts";
import type { ReconcileInput } from "./state-inputs.ts";

export interface ReconcilePorts extends OwnPostsPorts {
  table: Table;
  clock: Clock;
}

export type Reconciliation =
  /** It was posted, under this id. */
  | { outcome: "found"; tweetId: string; why: "" }
  /** All looks of this round were complete and did not find it: the row allows sending the same body once more. */
  | { outcome: "resend"; tweetId: null; why: "" }
  /** Not known yet: another look of this round may find out. */
  | { outcome: "look again"; tweetId: null; why: string }
  /** Not known, and a person must decide; `why` as text. */
  | { outcome: "unsure"; tweetId: null; why: string };

/**
 * Finds out whether a square that may have been posted was posted. Not finding the post is never taken as proof that it was
 * not made. After a whole round of complete looks, the run that sent it may send the same body once more; in every other
 * case a person decides.
 *
 * @throws Rejected when this execution has not claimed the square; the error of reading X if no look is possible.
 */
export async function reconcile(
  ports: ReconcilePorts,
  { execution, squareId, look: number = 0 }: ReconcileInput,
): Promise<Reconciliation> {
  const { table, clock } = ports;
  const square = await readSquare(table, squareId);
  if (square?.status === "posted" && square.tweetId !== undefined) return found(square.tweetId);
  if (square === undefined || square.claimedBy !== execution || !isOpen(square))
    throw new TaskError(
      "rejected",
      `Square ${squareId} is ${square?.status ?? "gone"}, and not claimed by ${execution}.`,
    );
  // The step ended before it wrote down what to send, so nothing was sent.
  if (square.status === "claimed") return { outcome: "resend", tweetId: null, why: "" };
  const look = await lookFor(ports, square, clock());
  if (look.outcome === "found") return found(look.tweetId);
  const claim = { id: square.id, execution, now: clock() };
  if (look.outcome === "unseen" && number > 0) await noteLook(table, { ...claim, look: number });
  if (look.outcome === "unknown") await forgetLooks(table, claim);
  // A post that was sent so long ago has long been in the timeline, if it exists.
  const isOld = sentAtOf(square, clock()) + resendMs < clock();
  if (number < looksOfARound && !(look.outcome === "unseen" && isOld))
    return { outcome: "look again", tweetId: null, why: describeLook(look) };
  const now = look.outcome === "unseen" ? ((await readSquare(table, squareId)) ?? square) : square;
  const allowed = look.outcome === "unseen" && now.looks === looksOfARound && mayResend(now, clock());
  return allowed ? { outcome: "resend", tweetId: null, why: "" } : unsure(now, look, clock());
}

const found = (tweetId: string): Reconciliation => ({ outcome: "found", tweetId, why: "" });
const isOpen = ({ status }: Square) => status === "claimed" || status === "posting";

/** Whether its body could be sent once more if no look of the round finds it. `Tweet` checks the row again. */
function mayResend({ resendUntil, resends = 0, mediaExpiresAt, tweetBody }: Square, now: number): boolean {
  const isLater = (time: string | undefined) => Date.parse(time ?? "") > now;
  return tweetBody !== undefined && resends < mostResends && isLater(resendUntil) && isLater(mediaExpiresAt);
}

function unsure(square: Square, look: Look, now: number): Reconciliation {
  const times = square.resends ? ` (and ${square.resends === 1 ? "once" : "twice"} again, exactly the same)` : "";
  const sent = new Date(sentAtOf(square, now)).toISOString();
  const why = `The post of square ${square.id} was sent at ${sent}${times}, and X gave no clear answer. ${describeLook(look)} It may have been posted, and sending it again could post it twice: look at the account, then decide with \`2x2 review ${square.id}\`.`;
  return { outcome: "unsure", tweetId: null, why };
}

/** What the latest look saw, and no more. */
export function describeLook(look: Look): string {
  if (look.outcome === "unknown") return `The account's posts could not be read completely: ${look.why}.`;
  return look.outcome === "unseen" ? "The account's posts did not show it." : `It is post ${look.tweetId}.`;
}
