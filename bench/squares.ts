import { BatchWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Square } from "@twobytwo/core/squares/square";
import { stockId } from "@twobytwo/core/squares/stock";
import type { Table } from "@twobytwo/core/squares/table";

const mostInBatch = 25;
const batchesAtOnce = 4;

/**
 * Puts squares into the queue as another program may: rows and the stock, no pictures. Each has as many attributes, and
 * as long ones, as a square that `2x2 add` makes.
 */
export async function queueSquares(
  table: Table,
  { from, count, keys }: { from: number; count: number; keys: { objectKey: string; originalKey: string } },
): Promise<void> {
  await putSquares(
    table,
    "queued",
    Array.from({ length: count }, (_, index) => squareRow(from + index, keys)),
  );
}

/** Puts rows of one status into the table, and counts them. */
export async function putSquares(
  table: Table,
  status: Square["status"],
  rows: readonly Pick<Square, "id">[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(rows.length / mostInBatch) }, (_, index) =>
    rows.slice(index * mostInBatch, (index + 1) * mostInBatch),
  );
  await Promise.all(
    Array.from({ length: batchesAtOnce }, async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await write(table, batch);
    }),
  );
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: "ADD #status :count",
      ExpressionAttributeNames: { "#status": status },
      ExpressionAttributeValues: { ":count": rows.length },
    }),
  );
}

async function write(table: Table, squares: readonly Pick<Square, "id">[]): Promise<void> {
  const requests = squares.map((Item) => ({ PutRequest: { Item } }));
  const { UnprocessedItems = {} } = await table.client.send(
    new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
  );
  if (Object.keys(UnprocessedItems).length > 0) throw new Error("DynamoDB left rows of a batch unwritten");
}

function squareRow(number: number, keys: { objectKey: string; originalKey: string }): Square {
  const padded = `${number}`.padStart(10, "0");
  return {
    id: `01K0BENCH0BENCH0${padded}`,
    status: "queued",
    sortKey: `V${padded}`,
    ...keys,
    title: `Small square no. ${padded}, oil on panel`,
    series: "Squares of the bench",
    contentType: "image/jpeg",
    bytes: 1_300_000,
    width: 2048,
    height: 2048,
    sha256: padded.padStart(64, "a"),
    phash: padded.padStart(40, "0"),
    attempts: 0,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    version: 1,
  };
}
