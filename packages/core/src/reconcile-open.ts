import type { Clock } from "./clock.ts";
import { isOver, takeBack } from "./lease.ts";
import { moveSquare } from "./move.ts";
import { findPost, settleAbsent } from "./reconcile.ts";
import type { Square, Status } from "./square.ts";
import { parseSquare, rowMistakes, rowsByStatus, type Table } from "./table.ts";
import type { XClient } from "./x-client.ts";

/** What was found out about one square that is neither waiting nor done. */
export interface Finding {
  id: string;
  title: string;
  from: Status;
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
      await takeBack(table, square, clock());
      findings.push({
        ...of(square),
        to: "queued",
        what: "Its run died before it was posted: it is back in the queue.",
      });
    }
  }
  for (const square of await squaresIn(table, "review")) findings.push(await lookAt(ports, square));
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
  const tweetId = await findPost(await x(), square);
  if (tweetId !== undefined) {
    const now = new Date(clock()).toISOString();
    await moveSquare(table, {
      id: square.id,
      from: square.status,
      to: "posted",
      sortKey: now,
      now,
      set: { tweetId, postedAt: now },
      remove: ["lastError"],
      ...(square.claimedBy !== undefined && { heldBy: square.claimedBy }),
    });
    return { ...of(square), to: "posted", tweetId, what: `Its post is out, as ${tweetId}.` };
  }
  if (square.status === "posting" && (await settleAbsent(table, square, clock())) === "requeued")
    return { ...of(square), to: "queued", what: "Twelve hours later its post is not there: it is back in the queue." };
  return still(
    square,
    "Its post is not among the newest of the account: the next run tries, or decide with `2x2 review`.",
  );
}

const of = ({ id, title, status }: Square) => ({ id, title, from: status });
const still = (square: Square, what: string): Finding => ({ ...of(square), to: square.status, what });
