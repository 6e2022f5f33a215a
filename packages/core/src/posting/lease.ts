import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Square } from "../squares/square.ts";
import { readStockRow } from "../squares/stock.ts";
import { parseSquare, type Row, readSquare, rowMistakes, rowsByStatus, type Table } from "../squares/table.ts";
import { requireConfirmed } from "../squares/table-identity.ts";
import { changeStatus, claimAttributes, conditionFailed } from "../squares/transition.ts";
import { type ClaimInput, markWrite } from "./claim-mark.ts";
import { setAside } from "./set-aside.ts";

/**
 * How long a claim stands without its execution ending it: longer than the state machine's own
 * `TimeoutSeconds`, so that the execution is over. Were it not, every write it still makes is conditional on
 * claim the square, and fails.
 */
export const leaseMs = 2 * 60 * 60 * 1000;

/** More than can be open at once unless something is badly wrong; the rest is the next run's. */
const mostOpen = 25;

export type OpenClaim =
  /** This execution's own, from a try whose answer was lost. */
  | { kind: "own"; square: Square }
  /** It may be out, and now this execution's to find out. */
  | { kind: "adopted"; square: Square };

/**
 * Looks after claims whose execution died: a merely claimed square goes back to the queue, a square that may be
 * out is taken over. With nothing open it costs one read of the stock.
 *
 * @returns what this execution has in hand already, undefined where it may claim a square.
 * @throws Unconfirmed where the table is not the one it was.
 */
export async function settleOpenClaims(table: Table, input: ClaimInput): Promise<OpenClaim | undefined> {
  const row = await readStockRow(table);
  requireConfirmed(row, table.name);
  const { stock } = row;
  if (stock.posting > 0)
    for (const square of await oldest(table, "posting", input)) {
      const own = await ownOf(table, square, input);
      if (own !== undefined) return { kind: "own", square: own };
      if (isOver(square, input.now) && (await adopt(table, square, input))) return { kind: "adopted", square };
    }
  if (stock.claimed > 0)
    for (const square of await oldest(table, "claimed", input)) {
      const own = await ownOf(table, square, input);
      if (own !== undefined) return { kind: "own", square: own };
      if (isOver(square, input.now)) await takeBack(table, square, input.now);
    }
  return undefined;
}

/** The index may still show what this very run has given up a moment ago: the row knows. */
async function ownOf(table: Table, { id, claimedBy }: Square, { execution }: ClaimInput): Promise<Square | undefined> {
  const square = claimedBy === execution ? await readSquare(table, id) : undefined;
  const isHeld = square?.status === "posting" || square?.status === "claimed";
  return isHeld && square.claimedBy === execution ? square : undefined;
}

/** Those that are squares; what is none any more, no run could end: once its claim is over, it is held for review. */
async function oldest(table: Table, status: "posting" | "claimed", input: ClaimInput): Promise<Square[]> {
  const squares: Square[] = [];
  for (const row of await rowsByStatus(table, { status, limit: mostOpen })) {
    const mistakes = rowMistakes(row);
    if (mistakes === undefined) squares.push(parseSquare(row));
    else if (isOver({ claimedAt: String(row["claimedAt"]) }, input.now))
      await setAside(table, row, { ...input, mistakes, claimedBy: claimantOf(row) });
  }
  return squares;
}

const claimantOf = ({ claimedBy }: Row) => (typeof claimedBy === "string" ? claimedBy : null);

/** A claim of which nobody knows the beginning is as good as over. */
export function isOver(square: Pick<Square, "claimedAt">, now: number): boolean {
  const since = Date.parse(square.claimedAt ?? "");
  return Number.isNaN(since) || since + leaseMs < now;
}

/**
 * Back to where it stood in the queue; whatever happened to it meanwhile is left alone.
 *
 * @returns the square as it is now where it was left alone, undefined where it is back.
 */
export async function takeBack(table: Table, square: Square, now: number): Promise<Square | "gone" | undefined> {
  const at = new Date(now).toISOString();
  const message = `The run that had claimed the square (${square.claimedBy ?? "unknown"}) ended without a word.`;
  return changeStatus(table, {
    id: square.id,
    from: "claimed",
    to: "queued",
    sortKey: square.rank ?? square.sortKey,
    now: at,
    set: {
      lastError: {
        name: "Retryable",
        message,
        at,
        ...(square.claimedBy !== undefined && { execution: square.claimedBy }),
      },
    },
    remove: claimAttributes,
    claimedBy: square.claimedBy ?? null,
  });
}

/** @returns false where another run was faster, or this run's slot has run before. */
async function adopt(table: Table, square: Square, input: ClaimInput): Promise<boolean> {
  const now = new Date(input.now).toISOString();
  const before = square.claimedBy;
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          markWrite(table, input, { squareId: square.id, adopted: true }),
          {
            Update: {
              TableName: table.name,
              Key: { id: square.id },
              UpdateExpression:
                // Without a time until which it may be sent again: who takes over finds out, and sends nothing.
                "SET sentAt = if_not_exists(sentAt, sortKey), claimedBy = :execution, claimedAt = :now, attempts = if_not_exists(attempts, :zero) + :one, updatedAt = :now REMOVE resendUntil ADD version :one",
              ConditionExpression: `#status = :posting AND ${before === undefined ? "NOT attribute_type(claimedBy, :before)" : "claimedBy = :before"}`,
              ExpressionAttributeNames: { "#status": "status" },
              ExpressionAttributeValues: {
                ":execution": input.execution,
                ":now": now,
                ":zero": 0,
                ":one": 1,
                ":posting": "posting",
                // Other programs write null for "none".
                ":before": before ?? "S",
              },
            },
          },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (conditionFailed(error, 0) || conditionFailed(error, 1)) return false;
    throw error;
  }
}
