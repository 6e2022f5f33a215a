import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { type AddPorts, persistently } from "./add-ports.ts";
import { conditionFailed } from "./move.ts";
import { enterLookAlikes } from "./picture/look-alikes.ts";
import { noteSeries } from "./series.ts";
import type { Square } from "./square.ts";
import { countMove } from "./stock.ts";
import { readSquare, type Table } from "./table.ts";

/** A square that is about to be written; its objects are in the bucket already. */
export interface NewRow {
  square: Square & { sha256: string; phash: string };
  /** Rows of the look-alikes that have room for it. */
  likeRows: readonly string[];
  /** A square that the mark of this content names and that is gone: its mark is taken over. */
  instead?: string;
}

/** Each is a mark, a square and seven rows of look-alikes, and a transaction takes 100 items. */
export const mostRows = 10;

const markOf = (sha256: string) => `#sha256#${sha256}`;

/** What the mark of a picture's content says, strongly consistent. */
export interface ContentMark {
  squareId: string;
  /** Undefined where the square is gone. */
  square: Square | undefined;
}

/** The square that has this very content. */
export async function readContentMark(table: Table, sha256: string): Promise<ContentMark | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: markOf(sha256) }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const squareId = String(Item["squareId"]);
  return { squareId, square: await readSquare(table, squareId) };
}

/**
 * Writes up to ten squares of one status with their content marks, their looks and the stock, all or none of
 * them. What another program has added meanwhile is left out, and the rest is written.
 *
 * @returns for each row undefined where it was written, or the id of the square that has its content.
 */
export async function commitRows(ports: AddPorts, rows: readonly NewRow[]): Promise<(string | undefined)[]> {
  await persistently(ports, "Noting the series", () =>
    noteSeries(
      ports.table,
      rows.map(({ square }) => square.series),
    ),
  );
  const taken = new Map<NewRow, string>();
  for (let left = [...rows]; left.length > 0; left = left.filter((row) => !taken.has(row))) {
    const losers = await write(ports, left);
    if (losers === "written") break;
    for (const [row, squareId] of losers) taken.set(row, squareId);
  }
  return rows.map((row) => taken.get(row));
}

async function write(ports: AddPorts, rows: readonly NewRow[]): Promise<"written" | Map<NewRow, string>> {
  const { table } = ports;
  const writing = rows.length === 1 ? `Writing square ${rows[0]?.square.id}` : `Writing ${rows.length} squares`;
  return persistently(ports, writing, async () => {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: transactionOf(table, rows) }));
      return "written";
    } catch (error) {
      const failed = rows.filter((_, index) => conditionFailed(error, index));
      if (failed.length === 0) throw error;
      const losers = new Map<NewRow, string>();
      for (const row of failed) {
        const mark = await readContentMark(table, row.square.sha256);
        // The answer to an earlier attempt was lost on its way, and all was written.
        if (mark?.squareId === row.square.id) return "written";
        if (mark !== undefined) losers.set(row, mark.squareId);
      }
      if (losers.size === 0) throw error;
      return losers;
    }
  });
}

function transactionOf(table: Table, rows: readonly NewRow[]) {
  const absent = "attribute_not_exists(id)";
  const marks = rows.map(({ square, instead }) => ({
    Put: {
      TableName: table.name,
      Item: { id: markOf(square.sha256), squareId: square.id },
      ...(instead === undefined
        ? { ConditionExpression: absent }
        : {
            ConditionExpression: `${absent} OR squareId = :instead`,
            ExpressionAttributeValues: { ":instead": instead },
          }),
    },
  }));
  const squares = rows.map(({ square }) => ({
    Put: { TableName: table.name, Item: square, ConditionExpression: absent },
  }));
  const looks = rows.map(({ square, likeRows }) => ({ id: square.id, likeness: square.phash, rows: likeRows }));
  return [
    ...marks,
    ...squares,
    ...enterLookAlikes(table, looks),
    countMove(table, undefined, rows[0]?.square.status, { squares: rows.length }),
  ];
}
