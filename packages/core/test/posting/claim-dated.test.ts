import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/posting/claim";
import { giveBack } from "@twobytwo/core/posting/give-up";
import { leaseMs, settleOpenClaims } from "@twobytwo/core/posting/lease";
import { selectSquare } from "@twobytwo/core/posting/select-square";
import { readSquare } from "@twobytwo/core/squares/table";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countStock, emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-12-24T17:00:00.000Z");
const iso = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
let calls: Call[] = [];
let meanwhile: (() => Promise<unknown>) | undefined;
let opened: Awaited<ReturnType<typeof emptyTable>>;

beforeEach(async () => {
  meanwhile = undefined;
  opened = await emptyTable(async (call) => {
    calls.push(call);
    if (call.operation !== "TransactWriteItems") return undefined;
    const act = meanwhile;
    meanwhile = undefined;
    await act?.();
    return undefined;
  });
  await putQueued(opened.table, { id: "a", sortKey: "g" });
  calls = [];
});
afterEach(() => opened.close());

async function putDated(id: string, date: string, more: object = {}): Promise<void> {
  const { table } = opened;
  const Item = {
    id,
    status: "dated",
    sortKey: date,
    rank: "m",
    objectKey: `${id}.jpg`,
    title: id,
    version: 3,
    ...more,
  };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
  await countStock(table, { dated: 1 });
  calls = [];
}

const select = (execution = "run-1", input: object = {}) =>
  selectSquare({ table: opened.table, clock: () => now }, { execution, input });
const selected = async (...run: Parameters<typeof select>) => (await select(...run)).run.squareId;
const countsAgree = async () => {
  const { stock, counted } = await wholeTable(opened.table);
  expect(stock).toEqual(counted);
};

describe("a square with a date", () => {
  it("is asked for only where the stock counts one", async () => {
    await select();
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem", "Query", "TransactWriteItems"]);
  });

  it("is taken before the queue once it is due, the oldest date first, for one more look", async () => {
    await putDated("late", iso(-1));
    await putDated("early", iso(-2));
    await putDated("future", iso(1));
    calls = [];
    expect(await selected()).toBe("early");
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem", "Query", "Query", "TransactWriteItems"]);
    expect(await readSquare(opened.table, "early")).toMatchObject({
      status: "claimed",
      rank: "m",
      date: iso(-2),
      version: 4,
    });
    expect(await selected("run-2")).toBe("late");
    expect(await selected("run-3")).toBe("a");
    expect((await select("run-4")).run.outcome).toBe("empty");
    await countsAgree();
  });

  it.each([
    ["to the millisecond", iso(0), {}, "dated"],
    ["where the clock of the function is behind the slot's", iso(0.001), { scheduledTime: iso(0.001) }, "dated"],
    ["but not because somebody names a slot that is far ahead", iso(1), { scheduledTime: iso(2) }, "a"],
    ["and a moment later it is not", iso(0.001), {}, "a"],
  ])("is due at its date %s", async (_, date, input, expected) => {
    await putDated("dated", date);
    expect(await selected("run-1", input)).toBe(expected);
  });

  it("can be posted before its date by its name, and the rest waits", async () => {
    await putDated("dated", iso(1000));
    expect(await selected("run-1", { squareId: "dated" })).toBe("dated");
    await countsAgree();
  });

  it("is claimed by one of twenty executions at once", async () => {
    await putDated("dated", iso(-1));
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => selected(`run-${index}`)));
    expect(claims.filter((id) => id !== null).sort()).toEqual(["a", "dated"]);
    await countsAgree();
  });

  it.each([
    ["another date", { status: "dated", sortKey: iso(5) }],
    ["its place in the queue again", { status: "queued", sortKey: "z" }],
    ["its draft", { status: "draft", sortKey: iso(0) }],
  ])("waits where it was given %s at the moment of the claim", async (_, change) => {
    await putDated("dated", iso(-1));
    const { table } = opened;
    meanwhile = () => table.client.send(new PutCommand({ TableName: table.name, Item: { ...row, ...change } }));
    const row = { id: "dated", objectKey: "dated.jpg", title: "dated", version: 4 };
    expect(await selected()).toBe("a");
    expect(await readSquare(table, "dated")).toMatchObject(change);
  });

  it("is claimed with the words that it has by then", async () => {
    await putDated("dated", iso(-1));
    const { table } = opened;
    meanwhile = () =>
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { id: "dated" },
          UpdateExpression: "SET caption = :new ADD version :one",
          ExpressionAttributeValues: { ":new": "New words", ":one": 1 },
        }),
      );
    expect((await select()).square).toMatchObject({ id: "dated", caption: "New words" });
  });

  it("is set aside where its row is no square, and the next one is taken", async () => {
    await putDated("bad", iso(-2), { title: 7 });
    await putDated("good", iso(-1));
    expect(await selected()).toBe("good");
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "queued" });
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 1, claimed: 1, review: 1 });
  });

  it("goes back to its date, and keeps its rank, when its run gives it up", async () => {
    await putDated("dated", iso(-1));
    await select();
    const error = { name: "Retryable", message: "No." };
    expect(await giveBack(opened.table, { id: "dated", execution: "run-1", error, now })).toBe("dated");
    const square = await readSquare(opened.table, "dated");
    expect(square).toMatchObject({ status: "dated", sortKey: iso(-1), rank: "m" });
    for (const name of ["date", "claimedBy", "claimedAt"]) expect(square).not.toHaveProperty(name);
    expect(await selected("run-2")).toBe("dated");
    await countsAgree();
  });

  it("goes back to its date when its run has died, and the next run takes it", async () => {
    await putDated("dated", iso(-1));
    await select();
    const later = { execution: "run-2", now: now + leaseMs + 1 };
    const { dated } = await settleOpenClaims(opened.table, later);
    expect(await readSquare(opened.table, "dated")).toMatchObject({ status: "dated", sortKey: iso(-1), rank: "m" });
    expect(await claimNext(opened.table, { ...later, dated })).toMatchObject({ square: { id: "dated" } });
    await countsAgree();
  });
});
