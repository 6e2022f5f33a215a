import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { type Behaviour, names } from "./bench.ts";

const item = {
  id: "square",
  n: 5,
  title: "blue square",
  tags: new Set(["new", "sale"]),
  list: ["a", 2, { x: 1 }],
  tree: { deep: { n: 1 } },
  flag: true,
  nothing: null,
  photo: Uint8Array.from([1, 2]),
};

/** Those that hold of the item; the value of `:v` beside them. */
const hold: [expression: string, values?: Record<string, unknown>][] = [
  ["n = :v", { ":v": 5 }],
  ["n <> :v", { ":v": 6 }],
  ["n <> :v", { ":v": "5" }],
  ["absent <> :v", { ":v": 1 }],
  ["n < :v", { ":v": 10 }],
  ["n <= :v", { ":v": 5 }],
  ["n > :v", { ":v": -10 }],
  ["n >= :v", { ":v": 5 }],
  ["title < :v", { ":v": "c" }],
  ["n BETWEEN :v AND :w", { ":v": 5, ":w": 6 }],
  ["n IN (:v, :w)", { ":v": 1, ":w": 5 }],
  ["flag = :v", { ":v": true }],
  ["nothing = :v", { ":v": null }],
  ["photo = :v", { ":v": Uint8Array.from([1, 2]) }],
  ["tags = :v", { ":v": new Set(["sale", "new"]) }],
  ["attribute_exists(n) AND attribute_exists(tree.deep.n)"],
  ["attribute_not_exists(absent) AND attribute_not_exists(tree.absent)"],
  ["attribute_type(n, :v)", { ":v": "N" }],
  ["attribute_type(nothing, :v)", { ":v": "NULL" }],
  ["begins_with(title, :v)", { ":v": "blue" }],
  ["contains(title, :v)", { ":v": "squ" }],
  ["contains(tags, :v)", { ":v": "new" }],
  ["contains(#list, :v)", { ":v": 2 }],
  ["size(title) = :v", { ":v": 11 }],
  ["size(tags) >= :v", { ":v": 2 }],
  ["tree.deep.n = :v AND #list[2].x = :v", { ":v": 1 }],
  ["NOT n = :v", { ":v": 6 }],
  ["n = :w OR n = :v AND flag = :v", { ":v": 1, ":w": 5 }],
  ["NOT (n = :w OR n = :v) OR flag = :x", { ":v": 1, ":w": 5, ":x": true }],
];

const fail: typeof hold = [
  ["n = :v", { ":v": "5" }],
  ["n < :v", { ":v": 5 }],
  ["n < :v", { ":v": "9" }],
  ["absent = :v", { ":v": 1 }],
  ["absent < :v", { ":v": 1 }],
  ["n BETWEEN :v AND :w", { ":v": 6, ":w": 7 }],
  ["n IN (:v)", { ":v": 4 }],
  ["attribute_exists(absent)"],
  ["attribute_not_exists(id)"],
  ["begins_with(title, :v)", { ":v": "Blue" }],
  ["contains(tags, :v)", { ":v": "ne" }],
  ["(n = :w OR n = :v) AND flag = :v", { ":v": 1, ":w": 5 }],
];

const failed = { name: "ConditionalCheckFailedException", message: "The conditional request failed" };

export function conditions(behaviour: Behaviour): void {
  const table: [typeof hold, boolean][] = [
    [hold, true],
    [fail, false],
  ];
  for (const [cases, holds] of table) {
    for (const [expression, values] of cases) {
      const shown = Object.entries(values ?? {}).map(([name, value]) => `${name} ${shownValue(value)}`);
      behaviour(`${[expression, ...shown].join(", ")} ${holds ? "holds" : "fails"}`, async ({ client, TableName }) => {
        await client.send(new PutCommand({ TableName, Item: item }));
        const checked = client.send(
          new UpdateCommand({
            TableName,
            Key: { id: "square" },
            ConditionExpression: expression,
            ...(expression.includes("#list") && { ExpressionAttributeNames: { "#list": "list" } }),
            ...(values && { ExpressionAttributeValues: values }),
          }),
        );
        if (holds) expect((await checked).$metadata.httpStatusCode).toBe(200);
        else await expect(checked).rejects.toMatchObject(failed);
      });
    }
  }

  const old = { id: { S: "square" }, status: { S: "claimed" } };
  const queued = {
    ConditionExpression: "#status = :queued",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":queued": "queued" },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };

  behaviour("a refused put gives the item that is there, and leaves it", async ({ client, TableName }) => {
    const put = { TableName, ConditionExpression: "attribute_not_exists(id)" };
    await client.send(new PutCommand({ ...put, Item: { id: "square", status: "claimed" } }));
    const again = { ...put, Item: { id: "square", status: "queued" } };
    const asking = { ...again, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
    await expect(client.send(new PutCommand(asking))).rejects.toMatchObject({ ...failed, Item: old });
    await expect(client.send(new PutCommand(again))).rejects.toSatisfy((error) => error.Item === undefined);
    const { Item } = await client.send(new GetCommand({ TableName, Key: { id: "square" }, ConsistentRead: true }));
    expect(Item).toEqual({ id: "square", status: "claimed" });
  });

  behaviour("a refused update gives the item that is there, and leaves it", async ({ client, TableName }) => {
    await client.send(new PutCommand({ TableName, Item: { id: "square", status: "claimed" } }));
    const update = client.send(
      new UpdateCommand({ TableName, Key: { id: "square" }, UpdateExpression: "SET #status = :queued", ...queued }),
    );
    await expect(update).rejects.toMatchObject({ ...failed, Item: old });
    const { Item } = await client.send(new GetCommand({ TableName, Key: { id: "square" }, ConsistentRead: true }));
    expect(Item).toEqual({ id: "square", status: "claimed" });
  });

  behaviour("a refused delete gives the item that is there, and leaves it", async ({ client, TableName }) => {
    await client.send(new PutCommand({ TableName, Item: { id: "square", status: "claimed" } }));
    const deletion = client.send(new DeleteCommand({ TableName, Key: { id: "square" }, ...queued }));
    await expect(deletion).rejects.toMatchObject({ ...failed, Item: old });
    const { Item } = await client.send(new GetCommand({ TableName, Key: { id: "square" }, ConsistentRead: true }));
    expect(Item).toEqual({ id: "square", status: "claimed" });
  });

  behaviour("a condition on an item that is not there fails without one", async ({ client, TableName }) => {
    const update = client.send(new UpdateCommand({ TableName, Key: { id: "square" }, ...queued }));
    await expect(update).rejects.toMatchObject(failed);
    await expect(update).rejects.toSatisfy((error) => error.Item === undefined);
    expect((await client.send(new GetCommand({ TableName, Key: { id: "square" } }))).Item).toBeUndefined();
  });

  behaviour("of a hundred conditional puts at once exactly one wins", async ({ client, TableName }) => {
    const outcomes = await Promise.allSettled(
      names(100).map((by) =>
        client.send(
          new PutCommand({ TableName, Item: { id: "slot", by }, ConditionExpression: "attribute_not_exists(id)" }),
        ),
      ),
    );
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toHaveLength(99);
    for (const { reason } of lost) expect(reason).toMatchObject(failed);
  });

  behaviour("a condition with a mistake is refused", async ({ client, TableName }) => {
    for (const ConditionExpression of ["n = ", "nonsense(n)", "n == :v", "attribute_exists(n) :v", ""]) {
      const put = new PutCommand({ TableName, Item: { id: "square" }, ConditionExpression });
      await expect(client.send(put)).rejects.toMatchObject({ name: "ValidationException" });
    }
  });
}

function shownValue(value: unknown): string {
  return value instanceof Set ? `{${[...value].join(" ")}}` : JSON.stringify(value);
}
