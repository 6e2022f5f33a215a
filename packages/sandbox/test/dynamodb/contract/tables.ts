import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
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

  behaviour("a deleted table takes its items, index rows and settings with it", async (bench) => {
    const { client, TableName } = bench;
    await client.send(new PutCommand({ TableName, Item: { id: "a", status: "queued", sortKey: "a" } }));
    await setTimeToLive(bench, "expiresAt", true);
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists({ client, ...waiting }, { TableName });
    await createTable(client, TableName);
    expect((await client.send(new GetCommand({ TableName, Key: { id: "a" } }))).Item).toBeUndefined();
    expect(await found(bench, "byStatus", "status", "queued")).toEqual([]);
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "DISABLED" });
  });

  behaviour("time to live is off, on for one attribute, and off again", async (bench) => {
    const { client, TableName } = bench;
    const described = async () =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
    expect(await described()).toEqual({ TimeToLiveStatus: "DISABLED" });
    const updated = await setTimeToLive(bench, "expiresAt", true);
    expect(updated.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAt", Enabled: true });
    expect(await described()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
    await setTimeToLive(bench, "expiresAt", false);
    expect(await described()).toEqual({ TimeToLiveStatus: "DISABLED" });
  });

  behaviour("time to live is not switched to what it is already", async (bench) => {
    const refused = { name: "ValidationException" };
    await expect(setTimeToLive(bench, "expiresAt", false)).rejects.toMatchObject(refused);
    await setTimeToLive(bench, "expiresAt", true);
    await expect(setTimeToLive(bench, "expiresAt", true)).rejects.toMatchObject(refused);
    await expect(setTimeToLive(bench, "other", false)).rejects.toMatchObject(refused);
    const missing = { ...bench, TableName: "no-such-table" };
    await expect(setTimeToLive(missing, "expiresAt", true)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  behaviour("point-in-time recovery is off until it is switched on", async ({ client, TableName }) => {
    const described = async () =>
      (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription;
    const off = { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" } };
    expect(await described()).toMatchObject(off);
    const set = (PointInTimeRecoveryEnabled: boolean) =>
      client.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
        }),
      );
    await set(true);
    const on = {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: expect.any(Date),
      LatestRestorableDateTime: expect.any(Date),
    };
    expect(await described()).toMatchObject({ ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription: on });
    await set(false);
    expect(await described()).toMatchObject(off);
  });

  behaviour("the backups of a table that is not there are not found", async ({ client }) => {
    const missing = new DescribeContinuousBackupsCommand({ TableName: "no-such-table" });
    await expect(client.send(missing)).rejects.toMatchObject({ name: "TableNotFoundException" });
  });
}

function setTimeToLive({ client, TableName }: Bench, AttributeName: string, Enabled: boolean) {
  return client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }));
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
