import type { Clock } from "./clock.ts";
import { isOver, takeBack } from "./lease.ts";
import { lookFor } from "./look.ts";
import { moveSquare } from "./move.ts";
import { wordsOf } from "./reconcile.ts";
import { holdForReview } from "./release.ts";
import type { Square, Status } from "./square.ts";
import { parseSquare, rowMistakes, rowsByStatus, type Table } from "./table.ts";
import type { XClient } from "./x-client.ts";

/** What was found out about one square that is neither waiting nor done. */
export interface Finding {
  id: string;
  title: string;
  from: Status;
  /** Where it is now; as before where its row is gone. */
  to: Status;
  /** For a person, in one sentence. */
  what: string;
  tweetId?: string;
}

/** Squares of one status that are looked at in one go. */
const most = 100;

/**
 * Looks at every square that a run holds or held: those whose run died, those whose post may be out, and those
 * that are held for review. Changes only what is certain.
 */
export async function reconcileOpen(ports: {
  table: Table;
  x: () => Promise<XClient>;
  clock: Clock;
}): Promise<Finding[]> {
  const { table, clock } = ports;
  const findings: Finding[] = [];
  for (const square of await squaresIn(table, "posting")) findings.push(await lookAt(ports, square));
  for (const square of await squaresIn(table, "claimed")) {
    if (!isOver(square, clock())) findings.push(still(square, "A run is at work on it."));
    else {
      const other = await takeBack(table, square, clock());
      const what = "Its run died before it was posted: it is back in the queue.";
      findings.push(other === undefined ? { ...of(square), to: "queued", what } : changed(square, other));
    }
  }
  // What was held a moment ago was looked for a moment ago.
  const seen = new Set(findings.map(({ id }) => id));
  for (const square of await squaresIn(table, "review"))
    if (!seen.has(square.id)) findings.push(await lookAt(ports, square));
  return findings;
}

async function squaresIn(table: Table, status: Status): Promise<Square[]> {
  const rows = await rowsByStatus(table, { status, limit: most });
  return rows.filter((row) => rowMistakes(row) === undefined).map(parseSquare);
}

async function lookAt(
  { table, x, clock }: { table: Table; x: () => Promise<XClient>; clock: Clock },
  square: Square,
): Promise<Finding> {
  if (square.status === "posting" && !isOver(square, clock())) return still(square, "A run is at work on it.");
  if (square.mediaId === undefined) return still(square, "Nothing was uploaded for it: decide with `2x2 review`.");
  const look = await lookFor({ table, x }, square, clock());
  if (look.outcome === "found") {
    const { tweetId } = look;
    const now = new Date(clock()).toISOString();
    const other = await moveSquare(table, {
      id: square.id,
      from: square.status,
      to: "posted",
      sortKey: now,
      now,
      set: { tweetId, postedAt: now },
      remove: ["lastError"],
      ...(square.claimedBy !== undefined && { heldBy: square.claimedBy }),
    });
    if (other !== undefined) return changed(square, other);
    return { ...of(square), to: "posted", tweetId, what: `Its post is out, as ${tweetId}.` };
  }
  const what = `${wordsOf(look)} Decide with \`2x2 review ${square.id}\`.`;
  if (square.status !== "posting" || square.claimedBy === undefined) return still(square, what);
  const error = { name: "UnknownOutcome", message: `Its run died after it may have been sent. ${what}` };
  const to = await holdForReview(table, { id: square.id, execution: square.claimedBy, error, now: clock() });
  return to === "review" ? { ...of(square), to, what } : changed(square, to === "gone" ? to : { status: to });
}

const of = ({ id, title, status }: Square) => ({ id, title, from: status });
const still = (square: Square, what: string): Finding => ({ ...of(square), to: square.status, what });
const changed = (square: Square, now: Pick<Square, "status"> | "gone"): Finding =>
  now === "gone"
    ? still(square, "Its row is no longer in the table.")
    : { ...of(square), to: now.status, what: "Somebody else has changed it meanwhile: look again." };
