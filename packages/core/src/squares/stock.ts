import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Status } from "./square.ts";
import { statuses } from "./square.ts";
import { conditionHolds, readRows, rowsByStatus, type Table } from "./table.ts";

export const stockId = "#stock";

/** Squares by status. */
export type Stock = Record<Status, number>;

/** What the same row says of the table itself, whatever is written there; `table-identity.ts` says what it means. */
export interface Doubt {
  /** Name of the table in which squares were counted, and claimed. */
  table?: unknown;
  /** Why nothing is to be posted before a person has looked, in words. */
  unconfirmed?: unknown;
  /** The account of Bluesky that is connected; `connection.ts` says what it means. */
  bluesky?: unknown;
}

/** One strongly consistent read, whatever the size of the table. */
export async function readStock(table: Table): Promise<Stock> {
  return (await readStockRow(table)).stock;
}

/** The same, with all that the row says. */
export async function readStockRow(table: Table): Promise<Doubt & { stock: Stock }> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: stockId }, ConsistentRead: true }),
  );
  return stockRowOf(Item);
}

/** What the row says, for who reads others in the same call. */
export function stockRowOf(row: Record<string, unknown> | undefined): Doubt & { stock: Stock } {
  const { table: name, unconfirmed, bluesky } = row ?? {};
  return {
    stock: Object.fromEntries(statuses.map((status) => [status, Number(row?.[status] ?? 0)])) as Stock,
    ...(name !== undefined && { table: name }),
    ...(unconfirmed !== undefined && { unconfirmed }),
    ...(bluesky !== undefined && { bluesky }),
  };
}

/**
 * Squares that the workflow may still post: those in the queue, those with a date and those that an execution holds. What was taken twice out of one
 * count hides none of another.
 */
export function open({ queued, dated, claimed, posting }: Stock): number {
  return [queued, dated, claimed, posting].reduce((sum, count) => sum + Math.max(0, count), 0);
}

/** Rows that are looked at in one go, one less than a transaction takes; more of them are found at the next. */
const mostUncounted = 99;

/**
 * Counts what another program has put into the queue without counting it, or took out of the count twice. Asked for where
 * the stock says that nothing is left, since each look costs a query. Never counts too many: at the moment of the
 * count, each of the rows is in the queue.
 *
 * @returns how many squares are in the queue at least.
 */
export async function countUncounted(table: Table, { queued }: Stock): Promise<number> {
  const listed = await rowsByStatus(table, { status: "queued", limit: mostUncounted });
  // The index may still show what was posted a moment ago: the rows themselves know.
  const rows = await readRows(
    table,
    listed.map(({ id }) => id),
  );
  const there = rows.filter(({ status }) => status === "queued");
  const missing = there.length - queued;
  if (missing <= 0) return there.length;
  const count = {
    Update: {
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: `SET ${ownName} ADD queued :missing`,
      // Whoever counts at the same moment knows better.
      ConditionExpression: queued === 0 ? "attribute_not_exists(queued) OR queued = :seen" : "queued = :seen",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":missing": missing, ":seen": queued, ":table": table.name },
    },
  };
  // Added and claimed in between, a square brings the count back to what was read.
  const stillThere = there.map(({ id }) => ({
    ConditionCheck: {
      TableName: table.name,
      Key: { id },
      ConditionExpression: "#status = :queued",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":queued": "queued" },
    },
  }));
  const TransactItems = [count, ...stillThere];
  await conditionHolds(() => table.client.send(new TransactWriteCommand({ TransactItems })));
  return there.length;
}

/**
 * Whatever counts squares gives a table without a name its own: one that is restored from a backup of before its first
 * claim is known for a copy as well. A name that is there stays, or the next picture that is added would end the doubt.
 */
export const ownName = "#table = if_not_exists(#table, :table)";

/** What the row has to say beside its counts, and what is written into it; its `#table` and `:table` are there. */
export interface Guard {
  set: string;
  condition: string;
}

/** The part of a transaction that moves a square from one count to another. */
export function countTransition(
  table: Table,
  from: Status | undefined,
  to: Status | undefined,
  { squares = 1, guard }: { squares?: number; guard?: Guard } = {},
) {
  const names: Record<string, string> = { "#table": "table" };
  const values: Record<string, number | string> = { ":table": table.name };
  const parts: string[] = [];
  for (const [status, sign] of [
    [from, -1],
    [to, 1],
  ] as const) {
    if (status === undefined) continue;
    names[`#${status}`] = status;
    values[`:${status}`] = sign * squares;
    parts.push(`#${status} :${status}`);
  }
  return {
    Update: {
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: `SET ${guard?.set ?? ownName} ADD ${parts.join(", ")}`,
      ...(guard && { ConditionExpression: guard.condition }),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
  };
}
