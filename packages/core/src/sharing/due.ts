import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { dayMs } from "../clock.ts";
import type { Connection } from "../squares/connection.ts";
import type { Square } from "../squares/square.ts";
import { byStatus, squareOf, type Table } from "../squares/table.ts";

/** How long after its post on X a square is shared, if it could not be at once. */
export const patienceMs = 3 * dayMs;

/** Read at one time; a run that has more to do leaves the rest to the next. */
const mostRows = 300;

/**
 * Whether a square is still to be shared: it was posted since the account is connected, and its share is neither known to be out
 * nor given up.
 */
export function isOpen({ status, tweetId, postedAt = "", bluesky }: Square, { account, since }: Connection): boolean {
  if (status !== "posted" || tweetId === undefined || postedAt < since) return false;
  if (bluesky === undefined) return true;
  // What another account was to get is none of this one's.
  return bluesky.id.startsWith(`at://${account}/`) && bluesky.sharedAt === undefined && bluesky.givenUpAt === undefined;
}

/** Squares that were posted within some time and are still to be shared, oldest first; from the index, which lags. */
export async function openBetween(
  table: Table,
  connection: Connection,
  { from, to }: { from: number; to: number },
): Promise<Square[]> {
  const earliest = new Date(Math.max(from, Date.parse(connection.since))).toISOString();
  const latest = new Date(to).toISOString();
  if (earliest > latest) return [];
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: byStatus,
      KeyConditionExpression: "#status = :posted AND sortKey BETWEEN :earliest AND :latest",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":posted": "posted", ":earliest": earliest, ":latest": latest },
      Limit: mostRows,
    }),
  );
  return Items.map(squareOf)
    .flatMap((read) => ("square" in read ? [read.square] : []))
    .filter((square) => isOpen(square, connection));
}

/** How far back is looked for what was given up by nobody; the watch looks every hour. */
const longestMs = 30 * dayMs;

/** Squares that could not be shared in time, and that nobody has been told of. */
export const overdue = (table: Table, connection: Connection, now: number): Promise<Square[]> =>
  openBetween(table, connection, { from: now - longestMs, to: now - patienceMs });
