import {
  BatchWriteCommand,
  DeleteCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { type Behaviour, type Bench, names } from "./bench.ts";

type Query = Partial<Omit<QueryCommandInput, "TableName" | "KeyConditionExpression">>;

export function queries(behaviour: Behaviour): void {
  behaviour("Limit 1 gives the first in order, whatever the order of writing", async (bench) => {
    await fill(bench, ["b", "a", "c"]);
    const page = await query(bench, { Limit: 1 });
    expect(page.Items).toEqual([{ id: "id-a", status: "queued", sortKey: "a" }]);
    expect(page.LastEvaluatedKey).toEqual({ id: "id-a", status: "queued", sortKey: "a" });
  });

  behaviour("ScanIndexForward false gives the last one first", async (bench) => {
    await fill(bench, ["b", "a", "c"]);
    expect(ranks(await query(bench, { ScanIndexForward: false }))).toEqual(["c", "b", "a"]);
    expect(ranks(await query(bench, { ScanIndexForward: false, Limit: 2 }))).toEqual(["c", "b"]);
  });

  behaviour("pages go on where the last one ended, and end with none", async (bench) => {
    await fill(bench, names(25));
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Query["ExclusiveStartKey"];
      do {
        const page = await query(bench, {
          Limit: 10,
          ScanIndexForward,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        });
        seen.push(...ranks(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(seen).toEqual(ScanIndexForward ? names(25) : names(25).reverse());
    }
  });

  behaviour("items of one rank are all seen, page by page", async (bench) => {
    const { client, TableName } = bench;
    for (const id of names(9))
      await client.send(new PutCommand({ TableName, Item: { id, status: "queued", sortKey: "same" } }));
    const seen: unknown[] = [];
    let ExclusiveStartKey: Query["ExclusiveStartKey"];
    do {
      const page = await query(bench, { Limit: 2, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
      seen.push(...(page.Items ?? []).map((item) => item["id"]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen.sort()).toEqual(names(9));
  });

  behaviour("COUNT counts without items", async (bench) => {
    await fill(bench, names(7));
    const counted = await query(bench, { Select: "COUNT" });
    expect(counted).toMatchObject({ Count: 7, ScannedCount: 7 });
    expect(counted.Items).toBeUndefined();
  });

  const ranges: [condition: string, values: Record<string, string>, found: string[]][] = [
    ["sortKey = :a", { ":a": "b" }, ["b"]],
    ["sortKey < :a", { ":a": "b" }, ["a", "aa"]],
    ["sortKey <= :a", { ":a": "b" }, ["a", "aa", "b"]],
    ["sortKey > :a", { ":a": "aa" }, ["b", "c"]],
    ["sortKey >= :a", { ":a": "aa" }, ["aa", "b", "c"]],
    ["begins_with(sortKey, :a)", { ":a": "a" }, ["a", "aa"]],
    ["sortKey BETWEEN :a AND :b", { ":a": "aa", ":b": "b" }, ["aa", "b"]],
  ];
  for (const [condition, values, found] of ranges) {
    behaviour(`${condition} narrows the range`, async (bench) => {
      await fill(bench, ["a", "aa", "b", "c"]);
      expect(ranks(await query(bench, {}, condition, values))).toEqual(found);
    });
  }

  behaviour("an item is in the index only with both attributes, and moves and goes with them", async (bench) => {
    const { client, TableName } = bench;
    await client.send(new PutCommand({ TableName, Item: { id: "square", status: "queued" } }));
    expect(ranks(await query(bench))).toEqual([]);
    const set = (UpdateExpression: string, values?: Record<string, string>) =>
      client.send(
        new UpdateCommand({
          TableName,
          Key: { id: "square" },
          UpdateExpression,
          ...(UpdateExpression.includes("#status") && { ExpressionAttributeNames: { "#status": "status" } }),
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
    await set("SET sortKey = :to", { ":to": "z" });
    expect(ranks(await query(bench))).toEqual(["z"]);
    await set("SET sortKey = :to", { ":to": "a" });
    expect(ranks(await query(bench))).toEqual(["a"]);
    await set("SET #status = :to", { ":to": "claimed" });
    expect(ranks(await query(bench))).toEqual([]);
    await set("SET #status = :to", { ":to": "queued" });
    await client.send(new DeleteCommand({ TableName, Key: { id: "square" } }));
    expect(ranks(await query(bench))).toEqual([]);
  });

  behaviour("an index key of the wrong type or empty is refused", async ({ client, TableName }) => {
    for (const sortKey of [5, ""]) {
      const put = new PutCommand({ TableName, Item: { id: "square", status: "queued", sortKey } });
      await expect(client.send(put)).rejects.toMatchObject({ name: "ValidationException" });
    }
  });

  behaviour("an empty index key is refused in an update", async ({ client, TableName }) => {
    await client.send(new PutCommand({ TableName, Item: { id: "square", status: "queued", sortKey: "a" } }));
    const update = { UpdateExpression: "SET sortKey = :empty", ExpressionAttributeValues: { ":empty": "" } };
    const refused = client.send(new UpdateCommand({ TableName, Key: { id: "square" }, ...update }));
    await expect(refused).rejects.toMatchObject({ name: "ValidationException" });
  });

  behaviour("a filter works on what the limit let through", async (bench) => {
    await fill(bench, ["a", "b", "c"]);
    const page = await query(bench, {
      Limit: 2,
      FilterExpression: "id = :wanted",
      ExpressionAttributeValues: { ":wanted": "id-b" },
    });
    expect(page).toMatchObject({ Count: 1, ScannedCount: 2, LastEvaluatedKey: { sortKey: "b" } });
  });

  behaviour("a projection gives what it names", async (bench) => {
    await fill(bench, ["a"]);
    expect((await query(bench, { ProjectionExpression: "sortKey" })).Items).toEqual([{ sortKey: "a" }]);
  });

  behaviour("a consistent read of an index is refused", async (bench) => {
    await expect(query(bench, { ConsistentRead: true })).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Consistent reads are not supported on global secondary indexes"),
    });
  });

  behaviour("an index that is not there, and a query without its hash key, are refused", async (bench) => {
    const refused = { name: "ValidationException" };
    await expect(query(bench, { IndexName: "byNothing" })).rejects.toMatchObject(refused);
    const { client, TableName } = bench;
    const keyless = { KeyConditionExpression: "sortKey = :a", ExpressionAttributeValues: { ":a": "a" } };
    await expect(client.send(new QueryCommand({ TableName, IndexName: "byStatus", ...keyless }))).rejects.toMatchObject(
      refused,
    );
  });

  // Whether the item that crosses the limit still belongs to the page is nothing to rely on: emulators differ.
  behaviour("a query stops near 1 MB and goes on from there", async ({ client, TableName }) => {
    for (const id of names(5)) {
      await client.send(
        new PutCommand({ TableName, Item: { id, status: "queued", sortKey: id, text: "x".repeat(300_000) } }),
      );
    }
    const first = await query({ client, TableName }, {});
    expect([3, 4]).toContain(first.Count);
    const rest = await query({ client, TableName }, { ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...ranks(first), ...ranks(rest)]).toEqual(names(5));
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  behaviour("a scan sees all of the table, page by page", async ({ client, TableName }) => {
    await fill({ client, TableName }, names(10));
    const seen: unknown[] = [];
    let ExclusiveStartKey: Query["ExclusiveStartKey"];
    do {
      const page = await client.send(
        new ScanCommand({ TableName, Limit: 4, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
      );
      seen.push(...ranks(page));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen.sort()).toEqual(names(10));
  });
}

async function fill({ client, TableName }: Bench, sortKeys: string[]): Promise<void> {
  const requests = sortKeys.map((sortKey) => ({
    PutRequest: { Item: { id: `id-${sortKey}`, status: "queued", sortKey } },
  }));
  await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
}

function query({ client, TableName }: Bench, query: Query = {}, range?: string, values?: Record<string, string>) {
  return client.send(
    new QueryCommand({
      TableName,
      IndexName: "byStatus",
      ExpressionAttributeNames: { "#status": "status" },
      ...query,
      KeyConditionExpression: range ? `#status = :status AND ${range}` : "#status = :status",
      ExpressionAttributeValues: { ":status": "queued", ...values, ...query.ExpressionAttributeValues },
    }),
  );
}

function ranks(page: { Items?: Record<string, unknown>[] | undefined }): unknown[] {
  return (page.Items ?? []).map((item) => item["sortKey"]);
}
