import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Square } from "../squares/square.ts";
import { readStockRow } from "../squares/stock.ts";
import { conditionHolds, type Row, readSquare, rowsByStatus, squareOf, type Table } from "../squares/table.ts";
import { requireConfirmed } from "../squares/table-identity.ts";
import { beforeClaim, changeStatus } from "../squares/transition.ts";
import { type ClaimInput, markWrite } from "./claim-mark.ts";
import { setAside } from "./set-aside.ts";

/**
 * How long a claim lasts if its execution does not end it: longer than the state machine's own `TimeoutSeconds`, so the
 * execution is over by then. If it is not, its writes fail, because each requires that its claim still stands.
 */
export const leaseMs = 2 * 60 * 60 * 1000;

/** More than can be open at once unless something is badly wrong; the next run handles the rest. */
const mostOpen = 25;

export type OpenClaim =
  /** This execution's own, from an attempt whose answer was lost. */
  | { kind: "own"; square: Square }
  /** It may have been posted, and this execution now has to find out. */
  | { kind: "adopted"; square: Square };

/**
 * Settles claims whose execution died: a square that was only claimed goes back to where it was, one that may have been
 * posted is taken over. If nothing is open, it costs one read of the stock.
 *
 * @returns what this execution has already claimed, absent if it may claim a square; and how many squares have a date.
 * @throws Unconfirmed if the table is not the original one.
 */
export async function settleOpenClaims(
  table: Table,
  input: ClaimInput,
  stockRow: ReturnType<typeof readStockRow> = readStockRow(table),
): Promise<{ dated: number; open?: OpenClaim }> {
  const row = await stockRow;
  requireConfirmed(row, table.name);
  const { stock } = row;
  let { dated } = stock;
  if (stock.posting > 0)
    for (const square of await oldest(table, "posting", input)) {
      const own = await ownOf(table, square, input);
      if (own !== undefined) return { dated, open: { kind: "own", square: own } };
      if (isOver(square, input.now) && (await adopt(table, square, input)))
        return { dated, open: { kind: "adopted", square } };
    }
  if (stock.claimed > 0)
    for (const square of await oldest(table, "claimed", input)) {
      const own = await ownOf(table, square, input);
      if (own !== undefined) return { dated, open: { kind: "own", square: own } };
      const isBack = isOver(square, input.now) && (await takeBack(table, square, input.now)) === undefined;
      if (isBack && square.date !== undefined) dated += 1;
    }
  return { dated };
}

/** The index may still show a square that this run gave up a moment ago; the row is up to date. */
async function ownOf(table: Table, { id, claimedBy }: Square, { execution }: ClaimInput): Promise<Square | undefined> {
  const square = claimedBy === execution ? await readSquare(table, id) : undefined;
  const isHeld = square?.status === "posting" || square?.status === "claimed";
  return isHeld && square.claimedBy === execution ? square : undefined;
}

/** The valid squares. No run could finish a row that is no longer valid, so it is held for review once its claim has expired. */
async function oldest(table: Table, status: "posting" | "claimed", input: ClaimInput): Promise<Square[]> {
  const squares: Square[] = [];
  for (const row of await rowsByStatus(table, { status, limit: mostOpen })) {
    const read = squareOf(row);
    if ("square" in read) squares.push(read.square);
    else if (isOver({ claimedAt: String(row["claimedAt"]) }, input.now))
      await setAside(table, row, { ...input, mistakes: read.mistakes, claimedBy: claimantOf(row) });
  }
  return squares;
}

const claimantOf = ({ claimedBy }: Row) => (typeof claimedBy === "string" ? claimedBy : null);

/** A claim without a start time counts as expired. */
export function isOver(square: Pick<Square, "claimedAt">, now: number): boolean {
  const since = Date.parse(square.claimedAt ?? "");
  return Number.isNaN(since) || since + leaseMs < now;
}

/**
 * Puts it back where it was before the claim; if something happened to it meanwhile, it is left alone.
 *
 * @returns the square as it is now if it was left alone, undefined if it is back.
 */
export async function takeBack(table: Table, square: Square, now: number): Promise<Square | "gone" | undefined> {
  const at = new Date(now).toISOString();
  const message = `The run that had claimed the square (${square.claimedBy ?? "unknown"}) ended without reporting a result.`;
  return changeStatus(table, {
    id: square.id,
    from: "claimed",
    ...beforeClaim(square),
    now: at,
    set: {
      lastError: {
        name: "Retryable",
        message,
        at,
        ...(square.claimedBy !== undefined && { execution: square.claimedBy }),
      },
    },
    claimedBy: square.claimedBy ?? null,
  });
}

/** @returns false if another run was faster, or this run's slot has already run. */
async function adopt(table: Table, square: Square, input: ClaimInput): Promise<boolean> {
  const now = new Date(input.now).toISOString();
  const before = square.claimedBy;
  const adoption = new TransactWriteCommand({
    TransactItems: [
      markWrite(table, input, { squareId: square.id, adopted: true }),
      {
        Update: {
          TableName: table.name,
          Key: { id: square.id },
          UpdateExpression:
            // Without `resendUntil`: a run that takes over only finds out, and sends nothing.
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
  });
  return conditionHolds(() => table.client.send(adoption));
}
