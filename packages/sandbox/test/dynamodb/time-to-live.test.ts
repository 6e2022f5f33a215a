import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { createTable } from "./contract/bench.ts";
import { ids, start, TableName, temporary } from "./started.ts";

const now = Date.UTC(2026, 10, 24);
const seconds = now / 1000;

it("deletes what has ended when it is described, with its index rows, and nothing else", async () => {
  let time = now;
  const { client } = await start({ clock: () => time });
  await createTable(client, TableName);
  const queued = { status: "queued", sortKey: "a" };
  for (const [id, expiresAt] of Object.entries({
    ended: seconds - 1,
    "ends now": seconds,
    later: seconds + 60,
    "a text": String(seconds - 1),
    "six years ago": seconds - 6 * 365 * 86_400,
  })) {
    await client.send(new PutCommand({ TableName, Item: { id, expiresAt, ...queued } }));
  }
  await client.send(new PutCommand({ TableName, Item: { id: "for ever" } }));
  const describe = () => client.send(new DescribeTimeToLiveCommand({ TableName }));
  await describe();
  expect(await ids(client)).toHaveLength(6);
  const ttl = { AttributeName: "expiresAt", Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: ttl }));
  await describe();
  expect(await ids(client)).toEqual(["a text", "ends now", "for ever", "later", "six years ago"]);
  time += 61_000;
  await describe();
  expect(await ids(client)).toEqual(["a text", "for ever", "six years ago"]);
  const { Count } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "byStatus",
      KeyConditionExpression: "#status = :s",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":s": "queued" },
    }),
  );
  expect(Count).toBe(2);
});

it("deletes what has ended at the start, and forgets tokens of transactions after ten minutes", async () => {
  const directory = await temporary();
  const first = await start({ directory, clock: () => now });
  await createTable(first.client, TableName);
  const ttl = { AttributeName: "expiresAt", Enabled: true };
  await first.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: ttl }));
  const slot = { Put: { TableName, Item: { id: "slot", expiresAt: seconds + 60 } } };
  const transaction = { TransactItems: [slot], ClientRequestToken: "token" };
  await first.client.send(new TransactWriteCommand(transaction));
  await first.close();

  const second = await start({ directory, clock: () => now + 61_000 });
  expect(await ids(second.client)).toEqual([]);
  await second.client.send(new TransactWriteCommand(transaction));
  expect(await ids(second.client)).toEqual([]);
  await second.close();

  const { client } = await start({ directory, clock: () => now + 600_000 });
  await client.send(new TransactWriteCommand(transaction));
  expect(await ids(client)).toEqual(["slot"]);
});
