import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Status } from "./square.ts";
import { statuses } from "./square.ts";
import { conditionHolds, readRows, rowsByStatus, type Table } from "./table.ts";

export const stockId = "#stock";

/** Squares by status. */
export type Stock = Record<Status, number>;

/** One strongly consistent read, whatever the size of the table. */
export async function readStock(table: Table): Promise<Stock> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: stockId }, ConsistentRead: true }),
  );
  return Object.fromEntries(statuses.map((status) => [status, Number(Item?.[status] ?? 0)])) as Stock;
}

/** Squares that the workflow may still post: those in the queue and those that an execution holds. */
export function open(stock: Stock): number {
  return stock.queued + stock.claimed + stock.posting;
}

/** Rows that are looked at in one go; more of them are found at the next. */
const mostUncounted = 100;

/**
 * Counts what another program has put into the queue without counting it, or took out of the count twice. Asked for where
 * the stock says that nothing is left, since each look costs a query.
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
  const there = rows.filter(({ status }) => status === "queued").length;
  const missing = there - queued;
  if (missing <= 0) return there;
  await conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: stockId },
        UpdateExpression: "ADD queued :missing",
        // Whoever counts at the same moment knows better.
        ConditionExpression: queued === 0 ? "attribute_not_exists(queued) OR queued = :seen" : "queued = :seen",
        ExpressionAttributeValues: { ":missing": missing, ":seen": queued },
      }),
    ),
  );
  return there;
}

/** The part of a transaction that moves a square from one count to another. */
export function countMove(table: Table, from: Status | undefined, to: Status | undefined, squares = 1) {
  const names: Record<string, string> = {};
  const values: Record<string, number> = {};
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
      UpdateExpression: `ADD ${parts.join(", ")}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
  };
}
