import { GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import type { Square, Status } from "./square.ts";
import {
  byStatus,
  type Position,
  type Row,
  readRows,
  readSquare,
  rowsByStatus,
  squareOf,
  type Table,
} from "./table.ts";

/** A row that stands among the squares and is none; a person has to correct it. */
export interface BrokenRow extends Position {
  /** What is wrong with it, by attribute. */
  mistakes: string;
}

export type Listed = Square | BrokenRow;

export const isBroken = (listed: Listed): listed is BrokenRow => "mistakes" in listed;

export interface ListInput {
  status: Status;
  /** Most squares to give. */
  limit: number;
  series?: string;
  /** `next` of the page before. */
  after?: Position;
  /** Latest first; the queue is shown forwards, everything else usually backwards. */
  backwards?: boolean;
}

export interface SquarePage {
  squares: Listed[];
  /** Where the next page begins; absent after the last. */
  next?: Position;
}

const rowsAtOnce = 100;

/** One page of a status, by the index alone: what it costs depends on the page, never on the table. */
export async function listSquares(table: Table, input: ListInput): Promise<SquarePage> {
  const squares: Listed[] = [];
  let { after } = input;
  for (;;) {
    const rows = await rowsByStatus(table, {
      status: input.status,
      // One more than is wanted tells whether there is another page.
      limit: input.series === undefined ? Math.min(input.limit - squares.length + 1, rowsAtOnce) : rowsAtOnce,
      backwards: input.backwards ?? false,
      ...(after && { after }),
    });
    if (rows.length === 0) return { squares };
    for (const row of rows) {
      if (input.series !== undefined && row["series"] !== input.series) {
        after = positionOf(row);
        continue;
      }
      if (squares.length === input.limit) return { squares, ...(after && { next: after }) };
      squares.push(listedOf(row));
      after = positionOf(row);
    }
  }
}

export const positionOf = ({ id, status, sortKey }: Position): Position => ({ id, status, sortKey });

/** A row of the index as a square, or what is wrong with it. */
export function listedOf(row: Row): Listed {
  const found = squareOf(row);
  return "square" in found ? found.square : { ...positionOf(row), mistakes: found.mistakes };
}

/**
 * Squares by their ids, in one call; where there is no such square, there is none.
 *
 * @param ids at most a hundred.
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function readSquares(table: Table, ids: Iterable<string>): Promise<Map<string, Listed>> {
  const rows = await readRows(table, [...ids].filter(isSquareId));
  return new Map(rows.map((row) => [String(row["id"]), listedOf(row as Row)]));
}

/** @throws Rejected where there is no such square. */
export async function requireSquare(table: Table, id: string): Promise<Square> {
  const square = isSquareId(id) ? await readSquare(table, id) : undefined;
  if (square === undefined) throw new TaskError("rejected", `There is no square ${id}: check the id in the list.`);
  return square;
}

/** Rows whose id begins with `#` keep the books of the table. */
export const isSquareId = (id: string) => id !== "" && !id.startsWith("#");

/** Shorter ones would nearly always fit several squares, and cost a look at every row. */
const shortestPrefix = 4;

/**
 * The id that a person means: the id itself, or the beginning of one. A
 * beginning is looked for in the whole table, since ids have no index; ids are ULIDs, so case does not matter.
 *
 * @throws Rejected where no square or more than one fits.
 */
export async function resolveId(table: Table, wanted: string): Promise<string> {
  if (isSquareId(wanted) && (await isRow(table, wanted))) return wanted;
  const found = isSquareId(wanted) && wanted.length >= shortestPrefix ? await idsThatBegin(table, wanted) : [];
  const [id, other] = found;
  if (id === undefined) throw new TaskError("rejected", `There is no square ${wanted}: check the id in the list.`);
  if (other !== undefined)
    throw new TaskError(
      "rejected",
      `More than one square begins with ${wanted}: ${id}, ${other}, …; give more of the id.`,
    );
  return id;
}

async function isRow(table: Table, id: string): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id }, ConsistentRead: true, ProjectionExpression: "id" }),
  );
  return Item !== undefined;
}

/** At most two: that more than one fits is all a caller has to know. */
async function idsThatBegin(table: Table, prefix: string): Promise<string[]> {
  const found: string[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        IndexName: byStatus,
        FilterExpression: "begins_with(id, :prefix) OR begins_with(id, :upper)",
        ProjectionExpression: "id",
        ExpressionAttributeValues: { ":prefix": prefix, ":upper": prefix.toUpperCase() },
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    found.push(...Items.map(({ id }) => String(id)).filter(isSquareId));
    after = LastEvaluatedKey;
  } while (after !== undefined && found.length < 2);
  return found.slice(0, 2);
}
