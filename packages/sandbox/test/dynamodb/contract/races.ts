import { expect } from "vitest";
import { type Behaviour, names } from "./bench.ts";
import { cancelled, type Parts, put, read, write } from "./transaction-calls.ts";

export function races(behaviour: Behaviour): void {
  behaviour("of a hundred claims of one square at once exactly one wins, and the stock agrees", async (bench) => {
    await put(bench, { id: "square", status: "queued", sortKey: "a" });
    await put(bench, { id: "#stock", queued: 1 });
    const outcomes = await Promise.allSettled(names(100).map((by) => write(bench, claim(bench.TableName, by))));
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toHaveLength(99);
    for (const { reason } of lost) {
      expect(reason).toMatchObject({
        ...cancelled,
        CancellationReasons: [{ Code: "ConditionalCheckFailed" }, { Code: "None" }],
      });
    }
    expect(await read(bench, "#stock")).toEqual({ id: "#stock", queued: 0, claimed: 1 });
    expect(await read(bench, "square")).toMatchObject({ status: "claimed", by: expect.stringMatching(/^\d{3}$/) });
  });

  behaviour("of a hundred transactions at once on two items each one counts, on both", async (bench) => {
    const add = (id: string, n: number) => ({
      Update: {
        TableName: bench.TableName,
        Key: { id },
        UpdateExpression: "ADD n :n",
        ExpressionAttributeValues: { ":n": n },
      },
    });
    await Promise.all(names(100).map(() => write(bench, [add("left", 1), add("right", -1)])));
    expect(await read(bench, "left")).toEqual({ id: "left", n: 100 });
    expect(await read(bench, "right")).toEqual({ id: "right", n: -100 });
  });
}

function claim(TableName: string, by: string): Parts {
  return [
    {
      Update: {
        TableName,
        Key: { id: "square" },
        UpdateExpression: "SET #status = :claimed, #by = :by",
        ConditionExpression: "#status = :queued",
        ExpressionAttributeNames: { "#status": "status", "#by": "by" },
        ExpressionAttributeValues: { ":claimed": "claimed", ":queued": "queued", ":by": by },
      },
    },
    {
      Update: {
        TableName,
        Key: { id: "#stock" },
        UpdateExpression: "ADD queued :less, claimed :more",
        ExpressionAttributeValues: { ":less": -1, ":more": 1 },
      },
    },
  ];
}
