import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { correctPhantoms } from "@twobytwo/core/squares/recount";
import { countUncounted, readStock, stockId } from "@twobytwo/core/squares/stock";
import type { Table } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { Intercept } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "./table-fixture.ts";

let intercept: Intercept | undefined;
const operations: string[] = [];
const hooks = new Map<string, () => Promise<unknown>>();
let table: Table;
let close: () => Promise<void>;
beforeEach(async () => {
  intercept = undefined;
  hooks.clear();
  ({ table, close } = await emptyTable((call) => {
    operations.push(call.operation);
    return intercept?.(call);
  }));
});
afterEach(() => close());

/** As a program does that knows nothing of the stock. */
const putUncounted = (id: string) => {
  const Item = { id, status: "queued", sortKey: id, objectKey: `squares/${id}.jpg`, title: id };
  return table.client.send(new PutCommand({ TableName: table.name, Item }));
};
const claim = (id: string) => {
  const now = "2026-11-24T18:00:00.000Z";
  return changeStatus(table, { id, from: "queued", to: "claimed", sortKey: now, now });
};
/** Before the first call of this name takes effect. */
const before = (operation: string, doing: () => Promise<unknown>) => {
  hooks.set(operation, doing);
  intercept = async (call) => {
    const hook = hooks.get(call.operation);
    hooks.delete(call.operation);
    await hook?.();
    return undefined;
  };
};
const countsAgree = async () => {
  const { stock, counted } = await wholeTable(table);
  expect(stock).toEqual(counted);
};

describe("squares that nobody has counted", () => {
  it("are counted, as many as a transaction takes, and the others at the next look", async () => {
    const ids = Array.from({ length: 105 }, (_, number) => `s${String(number).padStart(3, "0")}`);
    await Promise.all(ids.map(putUncounted));
    expect(await countUncounted(table, await readStock(table))).toBe(99);
    expect(await readStock(table)).toMatchObject({ queued: 99 });
  });

  it("are never counted too many: another is added and claimed in between, and the stock is what it was", async () => {
    await putUncounted("a");
    const stock = await readStock(table);
    before("Query", () => putQueued(table, { id: "b", sortKey: "b" }));
    before("TransactWriteItems", () => claim("b"));
    await countUncounted(table, stock);
    expect((await readStock(table)).queued).toBeLessThanOrEqual(1);
    await countUncounted(table, await readStock(table));
    await countsAgree();
  });

  it("are not counted twice by two who look at once", async () => {
    await putUncounted("a");
    const stock = await readStock(table);
    before("TransactWriteItems", () => countUncounted(table, stock));
    expect(await countUncounted(table, stock)).toBe(1);
    await countsAgree();
  });

  it("fail the look where the table could not be written", async () => {
    await putUncounted("a");
    const refused = { kind: "refuse", status: 400, code: "ThrottlingException", message: "Again." } as const;
    intercept = ({ operation }) => (operation === "TransactWriteItems" ? refused : undefined);
    await expect(countUncounted(table, await readStock(table))).rejects.toMatchObject({ name: "ThrottlingException" });
  });
});

describe("a stock that counts squares of which there are none", () => {
  const stockOf = (counts: object) =>
    table.client.send(new PutCommand({ TableName: table.name, Item: { id: stockId, table: "here", ...counts } }));

  it.each(["queued", "claimed", "posting"])(
    "is corrected where they are %s, and keeps what else it says",
    async (status) => {
      await stockOf({ posted: 7, [status]: 2 });
      expect(await correctPhantoms(table, await readStock(table))).toBe(true);
      expect((await wholeTable(table)).stock).toEqual({});
      expect(Object.values(await readStock(table)).every((count) => count === 0)).toBe(true);
    },
  );

  it("is left alone, and the table unread, where the index shows one of them", async () => {
    await putQueued(table, { id: "a", sortKey: "a" });
    operations.splice(0);
    expect(await correctPhantoms(table, await readStock(table))).toBe(false);
    expect(operations).not.toContain("Scan");
  });

  it("is left to the next look where squares are added while they are counted", async () => {
    await stockOf({ queued: 1 });
    const stock = await readStock(table);
    before("UpdateItem", async () => {
      await putUncounted("b");
      await table.client.send(new PutCommand({ TableName: table.name, Item: { id: stockId, queued: 2 } }));
    });
    expect(await correctPhantoms(table, stock)).toBe(false);
    expect(await readStock(table)).toMatchObject({ queued: 2 });
  });
});
