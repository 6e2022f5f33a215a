import { describe, expect, it } from "vitest";
import { answer, type Desk } from "./dynamodb/operations.ts";
import { Table } from "./dynamodb/table.ts";

function deskOf(lagMs = 0, holdMs = 0): Desk {
  const tables = new Map([["t", new Table("t")]]);
  return { now: 1000, by: "one", tables, lagMs: () => lagMs, holdMs: () => holdMs, tokens: new Map() };
}

const put = (desk: Desk, id: string, more: object = {}) =>
  answer(desk, "PutItem", { TableName: "t", Item: { id: { S: id }, ...more } });
const queued = (id: string) => ({ id: { S: id }, status: { S: "queued" }, sortKey: { S: id } });
const update = (id: string, more: object) => ({ Update: { TableName: "t", Key: { id: { S: id } }, ...more } });

describe("the model of DynamoDB", () => {
  it("changes a row where the condition holds, and says so where it does not", () => {
    const desk = deskOf();
    put(desk, "a", { status: { S: "queued" } });
    const change = {
      TableName: "t",
      Key: { id: { S: "a" } },
      UpdateExpression: "SET #status = :to, n = if_not_exists(n, :zero) + :one REMOVE gone ADD version :one",
      ConditionExpression: "#status = :from AND (attribute_not_exists(version) OR version < :one)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":to": { S: "claimed" },
        ":from": { S: "queued" },
        ":zero": { N: "0" },
        ":one": { N: "1" },
      },
      ReturnValues: "ALL_NEW",
    };
    expect(answer(desk, "UpdateItem", change).body).toEqual({
      Attributes: { id: { S: "a" }, status: { S: "claimed" }, n: { N: "1" }, version: { N: "1" } },
    });
    expect(answer(desk, "UpdateItem", change).body["__type"]).toContain("ConditionalCheckFailedException");
  });

  it("refuses to add a number to a text, alone and within a transaction", () => {
    const desk = deskOf();
    put(desk, "a", { version: { S: "first" } });
    const add = { UpdateExpression: "ADD version :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
    const alone = answer(desk, "UpdateItem", { TableName: "t", Key: { id: { S: "a" } }, ...add });
    expect(alone.body["__type"]).toContain("ValidationException");
    const together = answer(desk, "TransactWriteItems", { TransactItems: [update("b", add), update("a", add)] });
    expect(together.body["CancellationReasons"]).toMatchObject([{ Code: "None" }, { Code: "ValidationError" }]);
    expect(desk.tables.get("t")!.rows.has("b")).toBe(false);
  });

  it("keeps the rows of a transaction from others while it is under way, and takes the same token once", () => {
    const desk = deskOf(0, 5);
    const add = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
    const twice = { ClientRequestToken: "token", TransactItems: [update("a", add)] };
    expect(answer(desk, "TransactWriteItems", twice).status).toBe(200);
    expect(answer(desk, "TransactWriteItems", twice).status).toBe(200);
    expect(desk.tables.get("t")!.rows.get("a")).toEqual({ id: { S: "a" }, n: { N: "1" } });
    const other = { ...desk, by: "other" };
    expect(
      answer(other, "TransactWriteItems", { TransactItems: [update("a", add)] }).body["CancellationReasons"],
    ).toMatchObject([{ Code: "TransactionConflict" }]);
    expect(put(other, "a").body["__type"]).toContain("TransactionConflictException");
    expect(put({ ...other, now: 1006 }, "a").status).toBe(200);
  });

  it("shows a write in the index after its lag, in the order of the keys, page by page", () => {
    const desk = deskOf(100);
    for (const id of ["b", "a", "c"]) put(desk, id, queued(id));
    const ask = (now: number, more: object = {}) =>
      answer({ ...desk, now }, "Query", {
        TableName: "t",
        IndexName: "byStatus",
        KeyConditionExpression: "#status = :status",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": { S: "queued" } },
        Limit: 2,
        ...more,
      }).body;
    expect(ask(1050)).toMatchObject({ Count: 0 });
    const first = ask(1200);
    expect(first["Items"]).toEqual([queued("a"), queued("b")]);
    expect(ask(1200, { ExclusiveStartKey: first["LastEvaluatedKey"] })["Items"]).toEqual([queued("c")]);
    expect(ask(1200, { ScanIndexForward: false, Limit: 1 })["Items"]).toEqual([queued("c")]);
  });

  const Key = { id: { S: "a" } };
  const ConsistentRead = true;
  it.each([
    ["GetItem", { Key }, { Key, ConsistentRead }],
    [
      "BatchGetItem",
      { RequestItems: { t: { Keys: [Key] } } },
      { RequestItems: { t: { Keys: [Key], ConsistentRead } } },
    ],
    ["Scan", {}, { ConsistentRead }],
  ])("shows a row as it was to %s that does not ask for consistency", (operation, late, strict) => {
    const desk = deskOf(100);
    const [before, after] = [queued("a"), { ...queued("a"), n: { N: "1" } }];
    put(desk, "a", before);
    put({ ...desk, now: 1150 }, "a", after);
    const read = (now: number, input: object) => {
      const { Item, Items, Responses } = answer({ ...desk, now }, operation, { TableName: "t", ...input }).body;
      return [Item, Items, (Responses as Record<string, unknown> | undefined)?.["t"]].flat().filter(Boolean);
    };
    expect(read(1050, late)).toEqual([]);
    expect(read(1200, late)).toEqual([before]);
    expect(read(1200, strict)).toEqual([after]);
    expect(read(1300, late)).toEqual([after]);
  });

  it("refuses what it does not know instead of passing it over", () => {
    const desk = deskOf();
    const get = { TableName: "t", Key: { id: { S: "a" } }, ConditionExpression: "a.b = :c" };
    expect(answer(desk, "DeleteItem", get).body["__type"]).toContain("ValidationException");
    expect(answer(desk, "GetItem", { ...get, TableName: "other" }).body["__type"]).toContain("ResourceNotFound");
  });
});
