import {
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { type Behaviour, type Bench, createTable } from "./bench.ts";

const waiting = { maxWaitTime: 20, minDelay: 1, maxDelay: 1 };

export function tables(behaviour: Behaviour): void {
  behaviour("a table is described with its index, and listed", async ({ client, TableName }) => {
    await waitUntilTableExists({ client, ...waiting }, { TableName });
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableName,
      TableStatus: "ACTIVE",
      TableArn: expect.stringMatching(new RegExp(`^arn:aws:dynamodb:.*:table/${TableName}$`)),
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      GlobalSecondaryIndexes: [{ IndexName: "byStatus", IndexStatus: "ACTIVE" }],
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toContain(TableName);
  });

  behaviour("a table that exists is not made again, and one that does not is not found", async (bench) => {
    const { client, TableName } = bench;
    await expect(createTable(client, TableName)).rejects.toMatchObject({ name: "ResourceInUseException" });
    const missing = { TableName: "no-such-table", Key: { id: "a" } };
    const notFound = { name: "ResourceNotFoundException" };
    await expect(client.send(new DescribeTableCommand(missing))).rejects.toMatchObject(notFound);
    await expect(client.send(new GetCommand(missing))).rejects.toMatchObject(notFound);
  });

  behaviour("a deleted table takes its items and index rows with it", async (bench) => {
    const { client, TableName } = bench;
    await client.send(new PutCommand({ TableName, Item: { id: "a", status: "queued", sortKey: "a" } }));
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, ...waiting }, { TableName });
    await createTable(client, TableName);
    expect((await client.send(new GetCommand({ TableName, Key: { id: "a" } }))).Item).toBeUndefined();
    expect(await found(bench, "byStatus", "status", "queued")).toEqual([]);
  });
}

async function found({ client, TableName }: Bench, IndexName: string, attribute: string, value: string) {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: "#hash = :value",
      ExpressionAttributeNames: { "#hash": attribute },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
  return Items.map((item) => item["id"]);
}
