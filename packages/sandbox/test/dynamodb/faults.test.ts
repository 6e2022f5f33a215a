import { BatchGetCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import type { Call, Fault } from "../../src/emulator.ts";
import { createTable } from "./contract/bench.ts";
import { ids, start, TableName } from "./started.ts";

const refused: Fault = { kind: "refuse", status: 400, code: "ThrottlingException", message: "Slow down." };

async function faulty(operation: string, fault: Fault) {
  const calls: Call[] = [];
  let armed = false;
  const started = await start({
    intercept: (call) => {
      calls.push(call);
      return armed && call.operation === operation ? fault : undefined;
    },
  });
  await createTable(started.client, TableName);
  armed = true;
  return { ...started, calls };
}

it("sees who calls what on which table or index", async () => {
  const { client, calls } = await faulty("none", refused);
  await client.send(new GetCommand({ TableName, Key: { id: "a" } }));
  await client.send(
    new QueryCommand({
      TableName,
      IndexName: "byStatus",
      KeyConditionExpression: "#status = :s",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":s": "queued" },
    }),
  );
  await client.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: { id: "a" } } }] }));
  await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ id: "a" }] } } }));
  const by = { service: "dynamodb", accessKeyId: "sandbox" };
  const rows = [{ id: { S: "a" } }];
  expect(calls).toEqual([
    { ...by, operation: "CreateTable", resource: TableName },
    { ...by, operation: "GetItem", resource: TableName, rows },
    { ...by, operation: "Query", resource: "squares/index/byStatus" },
    {
      ...by,
      operation: "TransactWriteItems",
      resource: TableName,
      parts: [{ operation: "PutItem", resource: TableName, rows }],
    },
    { ...by, operation: "BatchGetItem", resource: TableName, rows },
  ]);
});

it("refuse: the client gets the error, and nothing took effect", async () => {
  const { client } = await faulty("PutItem", refused);
  await expect(client.send(new PutCommand({ TableName, Item: { id: "a" } }))).rejects.toMatchObject({
    name: "ThrottlingException",
    message: "Slow down.",
    $metadata: { httpStatusCode: 400 },
  });
  expect(await ids(client)).toEqual([]);
});

it("cut: the client gets nothing, and nothing took effect", async () => {
  const { client } = await faulty("PutItem", { kind: "cut" });
  const put = client.send(new PutCommand({ TableName, Item: { id: "a" } }));
  await expect(put).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await ids(client)).toEqual([]);
});

it("lose-answer: the client gets nothing, but it took effect", async () => {
  const { client } = await faulty("TransactWriteItems", { kind: "lose-answer" });
  const write = client.send(
    new TransactWriteCommand({ TransactItems: ["a", "b"].map((id) => ({ Put: { TableName, Item: { id } } })) }),
  );
  await expect(write).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await ids(client)).toEqual(["a", "b"]);
});

it("lose-answer: an error of the service is lost as well", async () => {
  const { client } = await faulty("PutItem", { kind: "lose-answer" });
  const put = new PutCommand({ TableName, Item: { id: "a" }, ConditionExpression: "attribute_exists(id)" });
  await expect(client.send(put)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await ids(client)).toEqual([]);
});
