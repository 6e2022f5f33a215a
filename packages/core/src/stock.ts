import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Status } from "./square.ts";
import { statuses } from "./square.ts";
import type { Table } from "./table.ts";

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
