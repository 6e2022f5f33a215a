import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { claimNext } from "@twobytwo/core/posting/claim";
import { settleOpenClaims } from "@twobytwo/core/posting/lease";
import { recountStock } from "@twobytwo/core/squares/recount";
import { countUncounted, readStock, readStockRow, stockId } from "@twobytwo/core/squares/stock";
import type { Table } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { expect, it, onTestFinished } from "vitest";
import { openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { emptyTable, putQueued, restoredAs } from "./table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const at = "2026-11-24T18:00:00.000Z";

async function studio(): Promise<Studio> {
  const opened = await openStudio();
  onTestFinished(() => opened.close());
  return opened;
}
const add = async ({ ports }: Pick<Studio, "ports">, number = 1) =>
  addSquare(ports, { name: `${number}.jpg`, bytes: await painting(number), title: `Painting ${number}` });
const postsNothing = async (table: Table) => {
  const refusal = { name: "Unconfirmed", message: expect.stringMatching(/is a copy of /) };
  await expect(settleOpenClaims(table, { execution: "run-1", now })).rejects.toMatchObject(refusal);
  await expect(claimNext(table, { execution: "run-1", now })).rejects.toMatchObject(refusal);
};

it("a table that is restored to before its first claim is known for a copy", async () => {
  const opened = await studio();
  await add(opened);
  const copy = await restoredAs(opened.ports.table, "restored");
  await postsNothing(copy);
  expect(await claimNext(opened.ports.table, { execution: "run-1", now })).toMatchObject({ outcome: "claimed" });
});

it("a picture that is added to a copy does not end the doubt about it", async () => {
  const opened = await studio();
  await add(opened);
  const table = await restoredAs(opened.ports.table, "restored");
  await add({ ports: { ...opened.ports, table, schedule: { ...opened.ports.schedule, table } } }, 2);
  expect((await readStock(table)).queued).toBe(2);
  await postsNothing(table);
});

const counts: [string, (table: Table) => Promise<unknown>][] = [
  ["a move", (table) => changeStatus(table, { id: "a", from: "queued", to: "draft", sortKey: at, now: at })],
  ["a count of what nobody has counted", async (table) => countUncounted(table, await readStock(table))],
  ["a new count of the whole table", (table) => recountStock({ table, random: () => 0, sleep: async () => {} })],
];
it.each(counts)(
  "%s names a table that another program has filled, and leaves a name that is there",
  async (_, count) => {
    const { table, close } = await emptyTable();
    onTestFinished(close);
    await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    for (const [before, after] of [
      [{ table: "of-before" }, "of-before"],
      [{}, table.name],
    ] as const) {
      await table.client.send(new PutCommand({ TableName: table.name, Item: { id: stockId, queued: 1, ...before } }));
      await count(table);
      expect(await readStockRow(table)).toMatchObject({ table: after });
      await putQueued(table, { id: "a", sortKey: "a" });
    }
  },
);
