import { PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { createTable } from "./contract/bench.ts";
import { ids, start, TableName, temporary } from "./started.ts";

const now = Date.UTC(2026, 10, 24);
const seconds = now / 1000;

it("what has ended is deleted at the start, with its index rows, and nothing else; tokens last ten minutes", async () => {
  const directory = await temporary();
  const first = await start({ directory, clock: () => now });
  await createTable(first.client, TableName);
  const slot = { Put: { TableName, Item: { id: "slot", expiresAt: seconds + 60 } } };
  const transaction = { TransactItems: [slot], ClientRequestToken: "token" };
  await first.client.send(new TransactWriteCommand(transaction));
  for (const [id, expiresAt] of Object.entries({
    ended: seconds + 60,
    "ends now": seconds + 61,
    "a text": String(seconds - 1),
    "six years ago": seconds - 6 * 365 * 86_400,
    "for ever": undefined,
  })) {
    const Item = { id, status: "queued", sortKey: "a", ...(expiresAt !== undefined && { expiresAt }) };
    await first.client.send(new PutCommand({ TableName, Item }));
  }
  await first.close();

  const second = await start({ directory, clock: () => now + 61_000, timeToLive: "expiresAt" });
  expect(await ids(second.client)).toEqual(["a text", "ends now", "for ever", "six years ago"]);
  const { Count } = await second.client.send(
    new QueryCommand({
      TableName,
      IndexName: "byStatus",
      KeyConditionExpression: "#status = :s",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":s": "queued" },
    }),
  );
  expect(Count).toBe(4);
  await second.client.send(new TransactWriteCommand(transaction));
  expect(await ids(second.client)).not.toContain("slot");
  await second.close();

  const { client } = await start({ directory, clock: () => now + 600_000 });
  await client.send(new TransactWriteCommand(transaction));
  expect(await ids(client)).toContain("slot");
});
