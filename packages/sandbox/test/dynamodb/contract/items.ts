import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { type Behaviour, type Bench, names } from "./bench.ts";

type Update = Omit<UpdateCommandInput, "TableName" | "Key">;

export function items(behaviour: Behaviour): void {
  behaviour("a consistent read sees every type as it was written", async ({ client, TableName }) => {
    const Item = {
      id: "square",
      text: "größer, 大きい, 🟦",
      empty: "",
      number: -12.5,
      flag: false,
      nothing: null,
      binary: Uint8Array.from([0, 255, 7]),
      strings: new Set(["a", "b"]),
      numbers: new Set([1, 2]),
      list: [1, "two", [3]],
      map: { deep: { deeper: true } },
    };
    await client.send(new PutCommand({ TableName, Item }));
    const read = await client.send(new GetCommand({ TableName, Key: { id: "square" }, ConsistentRead: true }));
    expect(read.Item).toEqual(Item);
  });

  behaviour("an item that is not there is no item", async ({ client, TableName }) => {
    const read = await client.send(new GetCommand({ TableName, Key: { id: "none" } }));
    expect(read.Item).toBeUndefined();
  });

  behaviour("a put replaces the whole item and gives the old one", async ({ client, TableName }) => {
    await client.send(new PutCommand({ TableName, Item: { id: "square", title: "old", extra: 1 } }));
    const put = { TableName, Item: { id: "square", title: "new" }, ReturnValues: "ALL_OLD" as const };
    expect((await client.send(new PutCommand(put))).Attributes).toEqual({ id: "square", title: "old", extra: 1 });
    expect((await client.send(new DeleteCommand({ ...put, Key: { id: "square" } }))).Attributes).toEqual(put.Item);
  });

  const updated = async ({ client, TableName }: Bench, update: Update) =>
    (await client.send(new UpdateCommand({ TableName, Key: { id: "square" }, ReturnValues: "ALL_NEW", ...update })))
      .Attributes;

  behaviour("ADD counts up from nothing and down again", async (bench) => {
    const add = (queued: number, claimed: number) =>
      updated(bench, {
        UpdateExpression: "ADD queued :queued, claimed :claimed",
        ExpressionAttributeValues: { ":queued": queued, ":claimed": claimed },
      });
    expect(await add(3, 0)).toEqual({ id: "square", queued: 3, claimed: 0 });
    expect(await add(-1, 1)).toEqual({ id: "square", queued: 2, claimed: 1 });
  });

  behaviour("ADD and DELETE change a set", async (bench) => {
    const change = (verb: string, ...values: string[]) =>
      updated(bench, {
        UpdateExpression: `${verb} tags :tags`,
        ExpressionAttributeValues: { ":tags": new Set(values) },
      });
    expect(await change("ADD", "a", "b")).toEqual({ id: "square", tags: new Set(["a", "b"]) });
    expect(await change("DELETE", "a", "c")).toEqual({ id: "square", tags: new Set(["b"]) });
    expect(await change("DELETE", "b")).toEqual({ id: "square" });
  });

  behaviour("SET, REMOVE, if_not_exists, list_append and arithmetic work in one update", async (bench) => {
    await bench.client.send(
      new PutCommand({ TableName: bench.TableName, Item: { id: "square", n: 5, log: ["a"], gone: 1, map: { x: 1 } } }),
    );
    const after = await updated(bench, {
      UpdateExpression:
        "SET n = n - :one, kept = if_not_exists(n, :one), made = if_not_exists(#none, :zero) + :one, #log = list_append(#log, :more), #map.x = :one, #map.y = :zero REMOVE gone",
      ExpressionAttributeNames: { "#none": "none", "#log": "log", "#map": "map" },
      ExpressionAttributeValues: { ":one": 1, ":zero": 0, ":more": ["b"] },
    });
    expect(after).toEqual({ id: "square", n: 4, kept: 5, made: 1, log: ["a", "b"], map: { x: 1, y: 0 } });
  });

  behaviour("UPDATED_NEW and UPDATED_OLD give only what changed", async (bench) => {
    const { client, TableName } = bench;
    await client.send(new PutCommand({ TableName, Item: { id: "square", n: 1, other: true } }));
    const bump = { UpdateExpression: "SET n = n + :one", ExpressionAttributeValues: { ":one": 1 } };
    expect(await updated(bench, { ...bump, ReturnValues: "UPDATED_NEW" })).toEqual({ n: 2 });
    expect(await updated(bench, { ...bump, ReturnValues: "UPDATED_OLD" })).toEqual({ n: 2 });
  });

  behaviour("a hundred counts at once lose none", async (bench) => {
    const count = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } };
    await Promise.all(names(100).map(() => updated(bench, count)));
    const { Item } = await bench.client.send(
      new GetCommand({ TableName: bench.TableName, Key: { id: "square" }, ConsistentRead: true }),
    );
    expect(Item).toEqual({ id: "square", n: 100 });
  });

  const invalid = (message: RegExp) => ({ name: "ValidationException", message: expect.stringMatching(message) });

  behaviour("an update of a missing attribute or of the wrong type is refused", async (bench) => {
    const ExpressionAttributeValues = { ":one": 1 };
    const missing = updated(bench, { UpdateExpression: "SET n = m + :one", ExpressionAttributeValues });
    await expect(missing).rejects.toMatchObject(invalid(/attribute that does not exist in the item/));
    await bench.client.send(new PutCommand({ TableName: bench.TableName, Item: { id: "square", n: "text" } }));
    const wrong = updated(bench, { UpdateExpression: "ADD n :one", ExpressionAttributeValues });
    await expect(wrong).rejects.toMatchObject(invalid(/incorrect data type/));
  });

  behaviour("the key cannot be updated, and reserved words need a stand-in", async (bench) => {
    const ExpressionAttributeValues = { ":v": "v" };
    const key = updated(bench, { UpdateExpression: "SET id = :v", ExpressionAttributeValues });
    await expect(key).rejects.toMatchObject(invalid(/part of the key/));
    const reserved = updated(bench, { UpdateExpression: "SET status = :v", ExpressionAttributeValues });
    await expect(reserved).rejects.toMatchObject(invalid(/reserved keyword; reserved keyword: status/));
    const unused = updated(bench, { UpdateExpression: "REMOVE title", ExpressionAttributeValues });
    await expect(unused).rejects.toMatchObject(invalid(/unused in expressions|UpdateExpression/));
  });

  behaviour("an item over 400 KB is refused, whole or grown", async (bench) => {
    const { client, TableName } = bench;
    const text = (kilobytes: number) => "x".repeat(kilobytes * 1024 - 20);
    const put = (kilobytes: number) =>
      client.send(new PutCommand({ TableName, Item: { id: "square", a: text(kilobytes) } }));
    await expect(put(401)).rejects.toMatchObject(invalid(/Item size has exceeded the maximum allowed size/));
    await put(400);
    const grown = updated(bench, { UpdateExpression: "SET b = :b", ExpressionAttributeValues: { ":b": text(1) } });
    await expect(grown).rejects.toMatchObject(invalid(/Item size to update has exceeded the maximum allowed size/));
  });

  behaviour("an empty, missing or mistyped key is refused", async ({ client, TableName }) => {
    const put = (Item: Record<string, unknown>) => client.send(new PutCommand({ TableName, Item }));
    await expect(put({ id: "" })).rejects.toMatchObject(invalid(/empty string value/));
    await expect(put({ title: "no id" })).rejects.toMatchObject(invalid(/Missing the key id/));
    await expect(put({ id: 7 })).rejects.toMatchObject(invalid(/Type mismatch for key id/));
    const get = (Key: Record<string, unknown>) => client.send(new GetCommand({ TableName, Key }));
    await expect(get({ id: "" })).rejects.toMatchObject(invalid(/empty string value/));
    await expect(get({ id: "a", more: "b" })).rejects.toMatchObject(invalid(/does not match the schema/));
  });

  behaviour("a batch writes 25 items and no more, none of them twice", async ({ client, TableName }) => {
    const write = (ids: string[]) =>
      client.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: ids.map((id) => ({ PutRequest: { Item: { id } } })) } }),
      );
    expect((await write(names(25))).UnprocessedItems).toEqual({});
    await expect(write(names(26))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(write(["a", "a"])).rejects.toMatchObject(invalid(/duplicates/));
    const Keys = names(25).map((id) => ({ id }));
    const read = await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(read.Responses?.[TableName]).toHaveLength(25);
  });

  behaviour("a batch reads 100 items and no more, none of them twice", async ({ client, TableName }) => {
    const read = (ids: string[]) =>
      client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: ids.map((id) => ({ id })) } } }));
    await client.send(new PutCommand({ TableName, Item: { id: "050" } }));
    expect((await read(names(100))).Responses?.[TableName]).toEqual([{ id: "050" }]);
    await expect(read(names(101))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(read(["a", "a"])).rejects.toMatchObject(invalid(/duplicates/));
  });

  behaviour("what a call costs is told where asked", async ({ client, TableName }) => {
    const ask = { TableName, ReturnConsumedCapacity: "TOTAL" as const };
    const put = await client.send(new PutCommand({ ...ask, Item: { id: "square", a: "x".repeat(2000) } }));
    expect(put.ConsumedCapacity).toMatchObject({ TableName, CapacityUnits: 2 });
    const read = { ...ask, Key: { id: "square" } };
    const consistent = await client.send(new GetCommand({ ...read, ConsistentRead: true }));
    expect(consistent.ConsumedCapacity?.CapacityUnits).toBe(1);
    expect((await client.send(new GetCommand(read))).ConsumedCapacity?.CapacityUnits).toBe(0.5);
    const silent = await client.send(new GetCommand({ TableName, Key: { id: "square" } }));
    expect(silent.ConsumedCapacity).toBeUndefined();
  });
}
