import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Square, Status } from "@twobytwo/core/squares/square";
import { type Stock, stockId } from "@twobytwo/core/squares/stock";
import type { Table } from "@twobytwo/core/squares/table";
import { startDynamoDb } from "@twobytwo/sandbox/dynamodb/server";
import type { Intercept } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { createTable } from "@twobytwo/sandbox/provision";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";

/** An empty squares table on a DynamoDB of its own. */
export async function emptyTable(intercept?: Intercept): Promise<{ table: Table; close: () => Promise<void> }> {
  const emulator = await startDynamoDb({ credentials, ...(intercept && { intercept }) });
  const client = new DynamoDBClient({
    endpoint: emulator.url,
    requestHandler: emulator.requestHandler,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
  await createTable(client);
  return {
    table: {
      client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
      name: names.table,
    },
    close: async () => {
      client.destroy();
      await emulator.close();
    },
  };
}

/** Rows as another program writes them: five attributes and the stock counted up. */
export async function putQueued(table: Table, ...rows: { id: string; sortKey: string }[]): Promise<void> {
  for (const row of rows) {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...row, status: "queued", objectKey: `squares/${row.id}.jpg`, title: `Square ${row.id}` },
      }),
    );
    await countStock(table, { queued: 1 });
  }
}

/** Counts squares to the stock, or off it, whatever the rows say. */
export async function countStock(table: Table, by: Partial<Record<Status, number>>): Promise<void> {
  const counts = Object.entries(by);
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: `ADD ${counts.map((_, at) => `#s${at} :n${at}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(counts.map(([status], at) => [`#s${at}`, status])),
      ExpressionAttributeValues: Object.fromEntries(counts.map(([, count], at) => [`:n${at}`, count])),
    }),
  );
}

/** Makes the stock say that it is of another table. */
export async function nameTable(table: Table, name: unknown): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: "SET #table = :name",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":name": name },
    }),
  );
}

/** As a backup is restored: all rows under another name, on the same DynamoDB. */
export async function restoredAs(table: Table, name: string): Promise<Table> {
  const { Table: shape } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  await table.client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: shape?.KeySchema,
      AttributeDefinitions: shape?.AttributeDefinitions,
      GlobalSecondaryIndexes: shape?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    }),
  );
  await waitUntilTableExists({ client: table.client as never, maxWaitTime: 20, minDelay: 1 }, { TableName: name });
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  for (const Item of Items) await table.client.send(new PutCommand({ TableName: name, Item }));
  return { ...table, name };
}

/** Every square, and the squares counted one by one: what `#stock` must say. */
export async function wholeTable(
  table: Table,
): Promise<{ squares: Square[]; counted: Partial<Stock>; stock: Partial<Stock> }> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  const squares = Items.filter((item) => !String(item["id"]).startsWith("#")) as Square[];
  const counted: Partial<Stock> = {};
  for (const { status } of squares) counted[status] = (counted[status] ?? 0) + 1;
  const { id: _, ...stock } = Items.find((item) => item["id"] === stockId) ?? {};
  // Beside the counts, the row says what table it is of.
  const counts = Object.entries(stock).filter(([, count]) => typeof count === "number" && count !== 0);
  return { squares, counted, stock: Object.fromEntries(counts) };
}
