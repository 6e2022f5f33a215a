import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { BatchGetCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { TaskError } from "../errors.ts";
import { Square, type Status } from "./square.ts";

/** The one table; its shape is described in `stacks/blueprint.ts`. */
export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
}

export const byStatus = "byStatus";

/** A row as a square, or what is wrong with it, by attribute. */
export function squareOf(row: unknown): { square: Square } | { mistakes: string } {
  const parsed = v.safeParse(Square, withoutNulls(row));
  if (parsed.success) return { square: parsed.output };
  return { mistakes: parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "row"}: ${issue.message}`).join("; ") };
}

/**
 * Other programs write null for "none". Not so the version: DynamoDB counts nothing up from null, and every change of the
 * row would fail.
 */
function withoutNulls(row: unknown): unknown {
  if (typeof row !== "object" || row === null || !Object.values(row).includes(null)) return row;
  return Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null || name === "version"));
}

/** @throws Rejected with the name of the attribute that is missing or of the wrong type. */
export function parseSquare(row: unknown): Square {
  const found = squareOf(row);
  if ("square" in found) return found.square;
  const id = (row as { id?: unknown } | undefined)?.id;
  throw new TaskError(
    "rejected",
    `Row ${JSON.stringify(id)} of the table is not a square (${found.mistakes}): correct the row.`,
  );
}

/** Strongly consistent; undefined where there is no such square. */
export async function readSquare(table: Table, id: string): Promise<Square | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : parseSquare(Item);
}

/** What one BatchGetItem takes. */
export const mostRowsAtOnce = 100;

/**
 * Rows by their keys, strongly consistent, in one call and in any order; where there is no row, there is none.
 *
 * @param ids at most a hundred; one that comes twice is read once.
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function readRows(table: Table, ids: Iterable<string>): Promise<Record<string, unknown>[]> {
  const Keys = [...new Set(ids)].map((id) => ({ id }));
  if (Keys.length === 0) return [];
  const { Responses, UnprocessedKeys } = await table.client.send(
    new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
  );
  const keptBack = UnprocessedKeys?.[table.name]?.Keys?.length ?? 0;
  if (keptBack > 0)
    throw new TaskError("retryable", `DynamoDB did not return ${keptBack} of ${Keys.length} rows of ${table.name}.`);
  return Responses?.[table.name] ?? [];
}

/** The row with this id among some that were read. */
export const rowWith = <R extends Record<string, unknown>>(rows: readonly R[], id: string): R | undefined =>
  rows.find((row) => row["id"] === id);

export interface Position {
  id: string;
  status: Status;
  sortKey: string;
}

/** Every row of the index has these three, whatever else is wrong with it. */
export type Row = Position & Record<string, unknown>;

export interface PageInput {
  status: Status;
  limit: number;
  after?: Position;
  backwards?: boolean;
}

/** One page of a status in its order; eventually consistent, as every index is. */
export async function rowsByStatus(table: Table, input: PageInput): Promise<Row[]> {
  return (await pageByStatus(table, input)).rows;
}

/** The same, and where DynamoDB would go on; absent at the end. */
export async function pageByStatus(table: Table, input: PageInput): Promise<{ rows: Row[]; next?: Position }> {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: byStatus,
      KeyConditionExpression: "#status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": input.status },
      Limit: input.limit,
      ScanIndexForward: !input.backwards,
      ...(input.after && { ExclusiveStartKey: { ...input.after } }),
    }),
  );
  return { rows: Items as Row[], ...(LastEvaluatedKey && { next: LastEvaluatedKey as Position }) };
}

/** Every row of a status in its order, `limit` in a request. */
export async function* everyRowByStatus(table: Table, input: Omit<PageInput, "after">): AsyncGenerator<Row> {
  let after: Position | undefined;
  do {
    const { rows, next } = await pageByStatus(table, { ...input, ...(after && { after }) });
    yield* rows;
    after = next;
  } while (after !== undefined);
}

/** Makes a write, or a transaction, that has conditions. @returns false where one of them did not hold. */
export async function conditionHolds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    const { name, CancellationReasons = [] } = error as Error & { CancellationReasons?: { Code?: string }[] };
    const codes = CancellationReasons.map(({ Code }) => Code);
    if (name === "ConditionalCheckFailedException" || codes.includes("ConditionalCheckFailed")) return false;
    throw error;
  }
}
