import { expect } from "vitest";
import { type Behaviour, names } from "./bench.ts";
import { cancelled, type Parts, put, read, write } from "./transaction-calls.ts";

export function transactions(behaviour: Behaviour): void {
  behaviour("a transaction puts, updates, deletes and checks all at once", async (bench) => {
    const { TableName } = bench;
    for (const id of ["update", "delete", "check"]) await put(bench, { id, n: 1 });
    const there = { ConditionExpression: "n = :one", ExpressionAttributeValues: { ":one": 1 } };
    await write(bench, [
      { Put: { TableName, Item: { id: "put" }, ConditionExpression: "attribute_not_exists(id)" } },
      { Update: { TableName, Key: { id: "update" }, UpdateExpression: "ADD n :one", ...there } },
      { Delete: { TableName, Key: { id: "delete" }, ...there } },
      { ConditionCheck: { TableName, Key: { id: "check" }, ...there } },
    ]);
    expect(await read(bench, "put")).toEqual({ id: "put" });
    expect(await read(bench, "update")).toEqual({ id: "update", n: 2 });
    expect(await read(bench, "delete")).toBeUndefined();
    expect(await read(bench, "check")).toEqual({ id: "check", n: 1 });
  });

  behaviour(
    "a cancelled transaction names a reason for each part, with its item, and writes nothing",
    async (bench) => {
      const { TableName } = bench;
      await put(bench, { id: "square", status: "claimed" });
      const claim = {
        ConditionExpression: "#status = :queued",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":queued": "queued" },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      };
      const attempt = write(bench, [
        { Put: { TableName, Item: { id: "slot" } } },
        { Update: { TableName, Key: { id: "square" }, UpdateExpression: "REMOVE title", ...claim } },
        { Delete: { TableName, Key: { id: "missing" }, ...claim } },
        { ConditionCheck: { TableName, Key: { id: "none" }, ConditionExpression: "attribute_exists(id)" } },
      ]);
      const reason = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
      await expect(attempt).rejects.toMatchObject({
        ...cancelled,
        message:
          "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, ConditionalCheckFailed]",
        CancellationReasons: [
          { Code: "None" },
          { ...reason, Item: { id: { S: "square" }, status: { S: "claimed" } } },
          reason,
          reason,
        ],
      });
      await expect(attempt).rejects.toSatisfy((error) => error.CancellationReasons[2].Item === undefined);
      expect(await read(bench, "slot")).toBeUndefined();
    },
  );

  behaviour("a part that cannot be done cancels with ValidationError", async (bench) => {
    const { TableName } = bench;
    await put(bench, { id: "square", n: "text" });
    const add = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } };
    const attempt = write(bench, [
      { Put: { TableName, Item: { id: "slot" } } },
      { Update: { TableName, Key: { id: "square" }, ...add } },
    ]);
    await expect(attempt).rejects.toMatchObject({
      ...cancelled,
      CancellationReasons: [
        { Code: "None" },
        { Code: "ValidationError", Message: "An operand in the update expression has an incorrect data type" },
      ],
    });
    expect(await read(bench, "slot")).toBeUndefined();
  });

  behaviour("a token makes the same transaction happen once, and no other one", async (bench) => {
    const { TableName } = bench;
    const add = (n: number): Parts => [
      {
        Update: {
          TableName,
          Key: { id: "square" },
          UpdateExpression: "ADD n :n",
          ExpressionAttributeValues: { ":n": n },
        },
      },
    ];
    const ClientRequestToken = `token-${TableName}`;
    await write(bench, add(1), { ClientRequestToken });
    await write(bench, add(1), { ClientRequestToken });
    expect(await read(bench, "square")).toEqual({ id: "square", n: 1 });
    await expect(write(bench, add(2), { ClientRequestToken })).rejects.toMatchObject({
      name: "IdempotentParameterMismatchException",
    });
    await write(bench, add(1), { ClientRequestToken: `${ClientRequestToken}-2` });
    expect(await read(bench, "square")).toEqual({ id: "square", n: 2 });
  });

  behaviour("the token of a cancelled transaction is not used up", async (bench) => {
    const { TableName } = bench;
    const ClientRequestToken = `token-${TableName}`;
    const parts = [
      { Put: { TableName, Item: { id: "slot" } } },
      { ConditionCheck: { TableName, Key: { id: "square" }, ConditionExpression: "attribute_exists(id)" } },
    ];
    await expect(write(bench, parts, { ClientRequestToken })).rejects.toMatchObject(cancelled);
    await put(bench, { id: "square" });
    await write(bench, parts, { ClientRequestToken });
    expect(await read(bench, "slot")).toEqual({ id: "slot" });
  });

  behaviour("a transaction takes 100 parts and no more, and at least one", async (bench) => {
    const parts = (count: number) => names(count).map((id) => ({ Put: { TableName: bench.TableName, Item: { id } } }));
    const refused = { name: "ValidationException" };
    await expect(write(bench, parts(101))).rejects.toMatchObject(refused);
    expect(await read(bench, "001")).toBeUndefined();
    await write(bench, parts(100));
    expect(await read(bench, "100")).toEqual({ id: "100" });
    await expect(write(bench, [])).rejects.toMatchObject(refused);
  });

  behaviour("a transaction cannot have two parts about one item", async (bench) => {
    const { TableName } = bench;
    const twice = write(bench, [
      { Put: { TableName, Item: { id: "square", n: 1 } } },
      { ConditionCheck: { TableName, Key: { id: "square" }, ConditionExpression: "attribute_not_exists(id)" } },
    ]);
    await expect(twice).rejects.toMatchObject({
      name: "ValidationException",
      message: "Transaction request cannot include multiple operations on one item",
    });
    expect(await read(bench, "square")).toBeUndefined();
  });

  behaviour("a transaction with a mistake in an expression is refused as a whole", async (bench) => {
    const { TableName } = bench;
    const mistaken = { TableName, Key: { id: "square" }, UpdateExpression: "SET" };
    const attempt = write(bench, [{ Put: { TableName, Item: { id: "slot" } } }, { Update: mistaken }]);
    await expect(attempt).rejects.toMatchObject({ name: "ValidationException" });
    expect(await read(bench, "slot")).toBeUndefined();
  });

  behaviour("a transaction with a table that is not there changes nothing", async (bench) => {
    const elsewhere = { TableName: "no-such-table", Key: { id: "square" } };
    const attempt = write(bench, [
      { Put: { TableName: bench.TableName, Item: { id: "slot" } } },
      { Delete: elsewhere },
    ]);
    await expect(attempt).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(await read(bench, "slot")).toBeUndefined();
  });

  behaviour("a part whose key does not fit cancels with ValidationError", async (bench) => {
    const { TableName } = bench;
    const attempt = write(bench, [
      { Put: { TableName, Item: { id: "slot" } } },
      { Delete: { TableName, Key: { other: "square" } } },
    ]);
    await expect(attempt).rejects.toMatchObject({
      ...cancelled,
      CancellationReasons: [
        { Code: "None" },
        { Code: "ValidationError", Message: "The provided key element does not match the schema" },
      ],
    });
    expect(await read(bench, "slot")).toBeUndefined();
  });

  behaviour("a transaction costs twice what its parts cost", async (bench) => {
    const { TableName } = bench;
    const ask = { ReturnConsumedCapacity: "TOTAL" as const };
    const parts = [
      { Put: { TableName, Item: { id: "a", text: "x".repeat(1500) } } },
      { Put: { TableName, Item: { id: "b" } } },
    ];
    const written = await write(bench, parts, ask);
    expect(written.ConsumedCapacity).toMatchObject([{ TableName, CapacityUnits: 6 }]);
    expect((await write(bench, parts)).ConsumedCapacity).toBeUndefined();
  });
}
