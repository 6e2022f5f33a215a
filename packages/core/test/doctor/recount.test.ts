import { setTimeout as sleep } from "node:timers/promises";
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { countStill, recountStock } from "@twobytwo/core/squares/recount";
import { countTransition, stockId } from "@twobytwo/core/squares/stock";
import type { Table } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countStock, emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

let opened: Awaited<ReturnType<typeof emptyTable>>;
let before: ((call: Call) => Promise<Fault | undefined> | undefined) | undefined;
beforeEach(async () => {
  before = undefined;
  opened = await emptyTable((call) => before?.(call));
});
afterEach(() => opened.close());

const ports = () => ({ table: opened.table, random: Math.random, sleep: (ms: number) => sleep(ms / 50) });

const miscount = (table: Table, by: number) => countStock(table, { queued: by });

/** As every add does it: the square and the count in one transaction. */
const add = (table: Table, id: string) =>
  table.client.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: table.name, Item: { id, status: "queued", sortKey: id, objectKey: id, version: 1 } } },
        countTransition(table, undefined, "queued"),
      ],
    }),
  );

const move = (table: Table, id: string, from: "queued" | "draft", to: "queued" | "draft") =>
  changeStatus(table, { id, from, to, sortKey: id, now: new Date().toISOString() });

/** Does something as others would, just before the nth call of a kind. */
function interfere(operation: string, nth: number, work: () => Promise<unknown>) {
  let seen = 0;
  before = async (call) => {
    if (call.operation !== operation) return undefined;
    seen += 1;
    if (seen !== nth) return undefined;
    await work();
    return undefined;
  };
}

async function expectRight() {
  const { stock, counted } = await wholeTable(opened.table);
  expect(stock).toEqual(counted);
}

describe("counting while others write", () => {
  it("does not take a square for two that moves there and back between its readings", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    interfere("Scan", 2, async () => {
      await move(table, "a", "queued", "draft");
      await move(table, "a", "draft", "queued");
    });
    // The counts and the stock are the same as before, and still the readings are not trusted.
    expect(await countStill(table, { readings: 2 })).toBeUndefined();
    before = undefined;
    expect(await countStill(table, { readings: 2 })).toMatchObject({ counted: { queued: 2, draft: 0 } });
  });

  it("counts anew where a square was added between its reading and its correction", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" });
    await miscount(table, 4);
    interfere("UpdateItem", 1, () => add(table, "b"));
    expect(await recountStock(ports())).toMatchObject({ outcome: "corrected", to: { queued: 2 } });
    await expectRight();
  });

  it("leaves the stock as it is where others never stop", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" });
    await miscount(table, 4);
    let added = 0;
    before = async ({ operation }) => {
      if (operation !== "Scan") return undefined;
      added += 1;
      await add(table, `more-${added}`);
      return undefined;
    };
    expect(await recountStock(ports())).toEqual({ outcome: "busy" });
    before = undefined;
    const { stock, counted } = await wholeTable(table);
    expect((stock.queued ?? 0) - (counted.queued ?? 0)).toBe(4);
  });

  it("is never wrong by more than before, with many adds and several repairs at once, and right at the end", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" });
    await miscount(table, 5);
    const adding = async (name: string) => {
      for (let index = 0; index < 25; index += 1)
        // Two transactions on one row may be told to try again.
        for (let written = false; !written; )
          written = await add(table, `${name}-${index}`).then(
            () => true,
            (error: Error) => {
              if (error.name !== "TransactionCanceledException") throw error;
              return false;
            },
          );
    };
    const repairing = async () => {
      const outcomes: string[] = [];
      for (let index = 0; index < 5; index += 1) outcomes.push((await recountStock(ports())).outcome);
      return outcomes;
    };
    const [, , first, second] = await Promise.all([adding("x"), adding("y"), repairing(), repairing()]);
    const { stock, counted } = await wholeTable(table);
    const corrected = [...first, ...second].filter((outcome) => outcome === "corrected").length;
    expect((stock.queued ?? 0) - (counted.queued ?? 0)).toBe(corrected === 0 ? 5 : 0);
    await recountStock(ports());
    await expectRight();
    expect(counted).toEqual({ queued: 51 });
  });

  it("corrects a stock that is missing, or that somebody wrote nonsense into", async () => {
    const { table } = opened;
    const square = { id: "a", status: "queued", sortKey: "a", objectKey: "a" };
    await table.client.send(new PutCommand({ TableName: table.name, Item: square }));
    expect(await recountStock(ports())).toMatchObject({ outcome: "corrected", to: { queued: 1 } });
    await table.client.send(new PutCommand({ TableName: table.name, Item: { id: stockId, queued: "many" } }));
    expect(await recountStock(ports())).toMatchObject({ outcome: "corrected", from: { queued: "many" } });
    await expectRight();
    expect(await recountStock(ports())).toEqual({ outcome: "right" });
  });
});
