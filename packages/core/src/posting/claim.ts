import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import type { Square } from "../squares/square.ts";
import { countTransition, readStock, readStockRow } from "../squares/stock.ts";
import { type Position, type Row, readSquare, rowsByStatus, squareOf, type Table } from "../squares/table.ts";
import { doubtOf, identityGuard, unconfirmed } from "../squares/table-identity.ts";
import { conditionFailed, postedFacts, statusUpdate } from "../squares/transition.ts";
import { type ClaimInput, markWrite, readMark } from "./claim-mark.ts";
import { setAside } from "./set-aside.ts";

export type Claim = { outcome: "claimed"; square: Square } | { outcome: "empty" } | { outcome: "already-ran" };

/** How many squares others may take first before this step gives up and is retried. */
const mostLost = 25;

/** What may be first in the queue, as the index shows it. */
export const headOfQueue = (table: Table): Promise<Row[]> => rowsByStatus(table, { status: "queued", limit: 1 });

/**
 * Takes the next square for one execution: the one with the oldest date that is due, otherwise the first of the queue. One `Query`
 * with `Limit 1` (a second one where squares have dates), then one transaction that claims the square, updates the stock and marks
 * the slot. Run twice by one execution, it returns the same square.
 *
 * @throws Retryable when the index has not caught up with the table; Rejected when `squareId` cannot be posted.
 */
export async function claimNext(table: Table, input: ClaimInput): Promise<Claim> {
  let after: Position | undefined;
  for (let lost = 0; lost < mostLost; lost += 1) {
    const square = input.squareId === undefined ? await head(table, input, after) : await named(table, input);
    if (square === undefined) return await nothingLeft(table, input, inQueue(after));
    const claim = await takeAsItIs(table, square, input);
    if (claim !== "taken") return claim;
    after = { id: square.id, status: waitingIn(square), sortKey: square.sortKey };
  }
  throw new TaskError("retryable", `${mostLost} squares in a row were taken by other executions.`);
}

/** Where a square waits; one that this execution has claimed already stays claimed, since its mark is there. */
const waitingIn = ({ status }: Pick<Square, "status">) => (status === "dated" ? "dated" : "queued");

const inQueue = (after: Position | undefined) => (after?.status === "queued" ? after : undefined);

/**
 * The index can be older than the row, so what is claimed and posted is what the row says. A square that has been moved
 * further back than the index shows, or that has another date, waits for its turn there.
 */
async function takeAsItIs(table: Table, listed: Square, input: ClaimInput): Promise<Claim | "taken"> {
  let seen = listed;
  for (let tries = 0; tries < mostChanges; tries += 1) {
    const claim = await take(table, seen, input);
    if (claim !== "taken") return claim;
    const square = await readSquare(table, listed.id);
    if (square === undefined || square.status !== waitingIn(listed)) return "taken";
    if (isAsListed(square, seen) || square.sortKey > listed.sortKey) return "taken";
    seen = square;
  }
  return "taken";
}

/** Editing the first square repeatedly while it is being claimed does not let another one overtake it. */
const mostChanges = 6;

/** Another program may have changed the text without changing the version. */
const isAsListed = (square: Square, listed: Square) =>
  square.version === listed.version && postedFacts.every((name) => (square[name] || "") === (listed[name] || ""));

async function head(table: Table, input: ClaimInput, after: Position | undefined): Promise<Square | undefined> {
  const asksForDates = (input.dated ?? 0) > 0 && inQueue(after) === undefined;
  const due = asksForDates ? await first(table, input, "dated", after) : undefined;
  return due ?? (await first(table, input, "queued", inQueue(after)));
}

async function first(
  table: Table,
  input: ClaimInput,
  status: "dated" | "queued",
  from: Position | undefined,
): Promise<Square | undefined> {
  for (let after = from; ; ) {
    const begun = status === "queued" && after === undefined ? input.head : undefined;
    const [row] = await (begun ?? rowsByStatus(table, { status, limit: 1, ...(after && { after }) }));
    if (row === undefined || (status === "dated" && row.sortKey > dueBy(input))) return undefined;
    const read = squareOf(row);
    if ("square" in read) return read.square;
    await setAside(table, row, { ...input, mistakes: read.mistakes });
    after = { id: row.id, status, sortKey: row.sortKey };
  }
}

const mostAheadMs = 60_000;

/** ISO time. The clock of a function may be a moment behind the scheduler's: a date at a slot's own time is due in that slot. */
function dueBy({ now, scheduledTime }: ClaimInput): string {
  const slot = Date.parse(scheduledTime ?? "");
  return new Date(slot > now && slot <= now + mostAheadMs ? slot : now).toISOString();
}

async function named(table: Table, { squareId = "", execution }: ClaimInput): Promise<Square> {
  const square = await readSquare(table, squareId);
  if (square === undefined) throw new TaskError("rejected", `There is no square ${squareId}: check the id.`);
  if (square.status === "queued" || square.status === "dated" || square.claimedBy === execution) return square;
  throw new TaskError(
    "rejected",
    `Square ${squareId} is ${square.status}, and only a queued or dated square can be posted: put it in the queue first.`,
  );
}

async function nothingLeft(table: Table, input: ClaimInput, after: Position | undefined): Promise<Claim> {
  const earlier = await earlierClaim(table, input);
  if (earlier !== undefined) return earlier;
  const { queued } = await readStock(table);
  if (queued > 0 && after === undefined)
    throw new TaskError("retryable", `The stock counts ${queued} queued squares, but the index shows none yet.`);
  return { outcome: "empty" };
}

async function take(table: Table, square: Square, input: ClaimInput): Promise<Claim | "taken"> {
  const now = new Date(input.now).toISOString();
  const from = waitingIn(square);
  const set = {
    // Where it goes back if it is not posted; one with a date also keeps the rank that it had before.
    ...(from === "dated" ? { date: square.sortKey } : { rank: square.sortKey }),
    claimedBy: input.execution,
    claimedAt: now,
    attempts: square.attempts + 1,
  };
  const claimed = { ...square, status: "claimed" as const, sortKey: now, ...set };
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          markWrite(table, input, { squareId: square.id, adopted: false }),
          statusUpdate(table, {
            id: square.id,
            from,
            to: "claimed",
            sortKey: now,
            now,
            seenVersion: square.version,
            seenFacts: square,
            set,
          }),
          countTransition(table, from, "claimed", { guard: identityGuard }),
          ...(isLate(input) ? [lateSlot(table, input)] : []),
        ],
      }),
    );
    return { outcome: "claimed", square: claimed };
  } catch (error) {
    if (conditionFailed(error, 0)) return (await earlierClaim(table, input)) ?? { outcome: "already-ran" };
    if (conditionFailed(error, 1)) return "taken";
    if (conditionFailed(error, 2)) throw await whyNotFrom(table);
    if (conditionFailed(error, 3)) return { outcome: "already-ran" };
    throw error;
  }
}

async function whyNotFrom(table: Table): Promise<TaskError> {
  const doubt = doubtOf(await readStockRow(table), table.name);
  return doubt === undefined
    ? new TaskError("retryable", "The table was confirmed at the same moment: try again.")
    : unconfirmed(doubt);
}

const hourMs = 60 * 60 * 1000;

/** EventBridge delivers a slot for at most a day; an older one was started by hand, on purpose. */
function isLate({ scheduledTime, now }: ClaimInput): boolean {
  const age = now - Date.parse(scheduledTime ?? "");
  return age > hourMs && age <= 24 * hourMs;
}

/** After an outage many slots arrive at once: one of them posts, so that followers do not get a flood. */
function lateSlot(table: Table, { now, execution }: ClaimInput) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: "#late" },
      UpdateExpression: "SET ranAt = :now, ranFor = :execution",
      // The slot that posts may claim again if its first square was refused.
      ConditionExpression: "attribute_not_exists(ranAt) OR ranAt < :hourAgo OR ranAt > :now OR ranFor = :execution",
      ExpressionAttributeValues: { ":now": now, ":hourAgo": now - hourMs, ":execution": execution },
    },
  };
}

/** What this slot or execution has already claimed: its own square again, or the fact that it ran. */
async function earlierClaim(table: Table, input: ClaimInput): Promise<Claim | undefined> {
  const mark = await readMark(table, input);
  if (mark === undefined || (mark.adopted && mark.execution === input.execution)) return undefined;
  if (mark.execution !== input.execution) return { outcome: "already-ran" };
  const square = await readSquare(table, mark.squareId);
  const isOwn = square?.status === "claimed" && square.claimedBy === input.execution;
  return isOwn ? { outcome: "claimed", square } : { outcome: "already-ran" };
}
