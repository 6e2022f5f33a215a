import type { Clock } from "../clock.ts";
import { TaskError } from "../errors.ts";
import type { Square, Status } from "../squares/square.ts";
import { everyRowByStatus, squareOf, type Table } from "../squares/table.ts";
import { beforeClaim, changeStatus, type Transition } from "../squares/transition.ts";
import { isOver, takeBack } from "./lease.ts";
import { type Look, lookThrough } from "./look.ts";
import { type OwnPostsPorts, ownPosts } from "./own-posts.ts";
import { describeLook } from "./reconcile.ts";

/** What was found out about one square that is neither in the queue nor posted. */
export interface Reconciled {
  id: string;
  title: string;
  from: Status;
  /** Its status now; the old one if its row is gone. */
  to: Status;
  /** For a person, in one sentence or two. */
  what: string;
  tweetId?: string;
  /** X could not be asked, or not in the time available: nothing was found out, and nothing changed. */
  failed?: true;
}

export interface OpenPorts extends OwnPostsPorts {
  table: Table;
  clock: Clock;
  /** Wakes the schedule; called if a square went back to the queue. */
  wake: () => Promise<unknown>;
}

/**
 * Checks every square that a run has claimed: those whose run died, those that may have been posted, and those that are held
 * for review. Changes only what is certain: if a square may have been posted and its post is not found, a person decides. The
 * account's posts are read once for all squares, 920 at most. A square that there was no time for is left as it is and
 * reported.
 */
export async function reconcileOpen(ports: OpenPorts): Promise<Reconciled[]> {
  const { table, clock } = ports;
  const findings: Reconciled[] = [];
  const look = lookUntilRefused(ports);
  for (const square of await squaresIn(table, "posting"))
    findings.push(isOver(square, clock()) ? await settle(ports, square, look) : atWork(square));
  for (const square of await squaresIn(table, "claimed"))
    findings.push(isOver(square, clock()) ? await putBack(ports, square) : atWork(square));
  if (findings.some(({ to }) => to === "queued" || to === "dated")) await ports.wake();
  // A square that was held a moment ago was also looked for a moment ago.
  const seen = new Set(findings.map(({ id }) => id));
  for (const square of await squaresIn(table, "review"))
    if (!seen.has(square.id)) findings.push(await settleInReview(ports, square, look));
  return findings;
}

async function squaresIn(table: Table, status: Status): Promise<Square[]> {
  const squares: Square[] = [];
  for await (const row of everyRowByStatus(table, { status, limit: pageSize })) {
    const read = squareOf(row);
    if ("square" in read) squares.push(read.square);
  }
  return squares;
}

const pageSize = 100;

type Looking = (square: Square) => Promise<Look | { outcome: "failed"; why: string }>;

/** If X refuses to answer for one square, it does so for all: then X is not asked again. */
function lookUntilRefused(ports: OpenPorts): Looking {
  const { table, clock } = ports;
  const readPage = ownPosts(ports);
  return async (square) => {
    try {
      const look = await lookThrough({ table, readPage }, square, clock());
      return look.outcome === "unknown" && look.slow ? { outcome: "failed", why: `${look.why}. ${again}` } : look;
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      return { outcome: "failed", why: error.message };
    }
  };
}

const again = "This square is left for the next `2x2 reconcile`.";

/** A square whose run died after it may have been sent. */
async function settle(ports: OpenPorts, square: Square, look: Looking): Promise<Reconciled> {
  const seen = await look(square);
  if (seen.outcome === "failed") return failed(square, seen.why);
  if (seen.outcome === "found") return markPosted(ports, square, seen.tweetId, `Its post was found: ${seen.tweetId}.`);
  const what = `${describeLook(seen)} ${decide(square)}`;
  const at = new Date(ports.clock()).toISOString();
  const message = `Its run died after it may have been sent. ${what}`;
  const execution = square.claimedBy;
  const lastError = { name: "UnknownOutcome", message, at, ...(execution !== undefined && { execution }) };
  return change(ports, square, { to: "review", sortKey: at, set: { lastError } }, { what });
}

async function settleInReview(ports: OpenPorts, square: Square, look: Looking): Promise<Reconciled> {
  const { tweetId, tweetBody, sentAt, mediaId } = square;
  if (tweetId !== undefined)
    return markPosted(ports, square, tweetId, `X had confirmed its post, ${tweetId}, before it was held.`);
  // X charges for a look.
  if (tweetBody === undefined && sentAt === undefined)
    return still(
      square,
      `${mediaId === undefined ? "Nothing was uploaded for it" : "Its picture was uploaded, and nothing was sent that may have been posted"}. ${decide(square)}`,
    );
  const seen = await look(square);
  if (seen.outcome === "failed") return failed(square, seen.why);
  if (seen.outcome === "found") return markPosted(ports, square, seen.tweetId, `Its post was found: ${seen.tweetId}.`);
  return still(square, `${describeLook(seen)} ${decide(square)}`);
}

async function putBack({ table, clock }: OpenPorts, square: Square): Promise<Reconciled> {
  const other = await takeBack(table, square, clock());
  if (other !== undefined) return meanwhile(square, other);
  const { to } = beforeClaim(square);
  const where = to === "dated" ? "it has its date again" : "it is back in the queue";
  return { ...of(square), to, what: `Its run died before it was posted: ${where}.` };
}

function markPosted(ports: OpenPorts, square: Square, tweetId: string, what: string): Promise<Reconciled> {
  const sortKey = new Date(ports.clock()).toISOString();
  const transition = { to: "posted", sortKey, set: { tweetId, postedAt: sortKey }, remove: ["lastError"] } as const;
  return change(ports, square, transition, { what, tweetId });
}

/** Only if nobody else was faster: a finding reports the actual state. */
async function change(
  { table, clock }: OpenPorts,
  square: Square,
  transition: Pick<Transition, "to" | "sortKey" | "set" | "remove">,
  finding: Pick<Reconciled, "what" | "tweetId">,
): Promise<Reconciled> {
  const { id, status: from, claimedBy } = square;
  const now = new Date(clock()).toISOString();
  const other = await changeStatus(table, { id, from, now, ...transition, claimedBy: claimedBy ?? null });
  return other === undefined ? { ...of(square), to: transition.to, ...finding } : meanwhile(square, other);
}

const of = ({ id, title, status }: Square) => ({ id, title, from: status });
const still = (square: Square, what: string): Reconciled => ({ ...of(square), to: square.status, what });
const atWork = (square: Square) => still(square, "A run is working on it.");
const failed = (square: Square, why: string): Reconciled => ({
  ...still(square, `The account's posts could not be read: ${why}`),
  failed: true,
});
const meanwhile = (square: Square, now: Square | "gone"): Reconciled =>
  now === "gone"
    ? still(square, "It was taken out of the table at the same time.")
    : { ...still(square, `Somebody else changed it at the same time: it is ${now.status}.`), to: now.status };
const decide = ({ id }: Square) => `Decide with \`2x2 review ${id}\`.`;
