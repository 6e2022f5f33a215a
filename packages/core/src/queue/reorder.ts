import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import { TaskError } from "../errors.ts";
import { requireSquare } from "../squares/list.ts";
import type { Square } from "../squares/square.ts";
import { byStatus, type Position, rowsByStatus, type Table } from "../squares/table.ts";
import { updateSquare } from "../squares/update.ts";
import { type RankAtEnd, rankBetween } from "./rank.ts";

export interface OrderPorts {
  table: Table;
  clock: Clock;
  rankAtEnd: RankAtEnd;
}

/** `rank` is one that the square has had itself, such as before a move that is taken back. */
export type Place = "top" | "end" | { before: string } | { rank: string };

/**
 * Moves a square within the queue. Its new rank lies between two neighbours, so that no other square is
 * written. Squares of equal rank, which other programs may make, stay together.
 *
 * @throws Rejected where one of the squares is not queued, or was changed meanwhile.
 */
export async function moveInQueue(
  ports: OrderPorts,
  { id, to }: { id: string; to: Place },
): Promise<{ square: Square; changed: boolean }> {
  const { table, clock } = ports;
  const square = await requireQueued(table, id);
  if (await standsThere(table, square, to)) return { square, changed: false };
  const sortKey = await rankAt(ports, to);
  const moved = await updateSquare(table, square, { sortKey, updatedAt: new Date(clock()).toISOString() });
  return { square: moved, changed: true };
}

async function requireQueued(table: Table, id: string): Promise<Square> {
  const square = await requireSquare(table, id);
  if (square.status === "queued") return square;
  throw new TaskError(
    "rejected",
    `Square ${id} is ${square.status}, and only queued squares have a place in the queue.`,
  );
}

async function standsThere(table: Table, square: Square, to: Place): Promise<boolean> {
  if (typeof to === "object") return "rank" in to ? to.rank === square.sortKey : to.before === square.id;
  const [end] = await rowsByStatus(table, { status: "queued", limit: 1, backwards: to === "end" });
  return end?.id === square.id;
}

/** A rank at the place that is meant, found by at most two reads. */
export async function rankAt(ports: Omit<OrderPorts, "clock">, place: Place): Promise<string> {
  const { table, rankAtEnd } = ports;
  if (typeof place === "object") {
    if ("rank" in place) return place.rank;
    const { sortKey } = await requireQueued(table, place.before);
    return between((await lastBelow(table, sortKey))?.sortKey, sortKey);
  }
  const [end] = await rowsByStatus(table, { status: "queued", limit: 1, backwards: place === "end" });
  return place === "end" ? rankAtEnd(end?.sortKey) : between(undefined, end?.sortKey);
}

function between(before: string | undefined, after: string | undefined): string {
  try {
    return rankBetween(before, after);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TaskError(
      "rejected",
      `Nothing can be placed before a square with rank ${JSON.stringify(after)}: move that one first.`,
      { cause: error },
    );
  }
}

/** Not by the key of the other row: a square of equal rank is no neighbour to put something between. */
async function lastBelow(table: Table, sortKey: string): Promise<Position | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: byStatus,
      KeyConditionExpression: "#status = :queued AND sortKey < :sortKey",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":queued": "queued", ":sortKey": sortKey },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return Items[0] as Position | undefined;
}
