import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { searchSquares } from "@twobytwo/core/squares/search";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable } from "./table-fixture.ts";

let calls: Call[] = [];
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable((call) => void calls.push(call));
});
afterEach(() => opened.close());

async function put(...rows: Record<string, unknown>[]) {
  const { client, name: TableName } = opened.table;
  for (const [index, row] of rows.entries()) {
    const sortKey = String(index).padStart(3, "0");
    await client.send(new PutCommand({ TableName, Item: { status: "queued", sortKey, objectKey: "k", ...row } }));
  }
  calls = [];
}

const search = (more: Partial<Parameters<typeof searchSquares>[1]>) =>
  searchSquares(opened.table, { status: "queued", limit: 10, ...more });
const ids = async (more: Parameters<typeof search>[0]) => (await search(more)).squares.map(({ id }) => id).join("");

describe("searchSquares", () => {
  it("finds words in title, caption, alt text and series, without case and accents", async () => {
    await put(
      { id: "a", title: "Étude in blue" },
      { id: "b", caption: "An ETUDE" },
      { id: "c", altText: "etudes" },
      { id: "d", series: "É\u0301tude" },
      { id: "e", title: "Still life" },
      { id: "f", title: "Draft", status: "draft", caption: "etude" },
    );
    expect(await ids({ text: "etude" })).toBe("abcd");
    expect(await ids({ text: "ÉTUDE" })).toBe("abcd");
    expect(await ids({ text: "still LIFE" })).toBe("e");
    expect(await ids({ text: "nothing" })).toBe("");
    expect(await ids({})).toBe("abcde");
    expect(await ids({ backwards: true })).toBe("edcba");
  });

  it("finds a series by its whole name, and words within it", async () => {
    await put(
      { id: "a", series: "Fruit", title: "Fig" },
      { id: "b", series: "Fruits", title: "Fig" },
      { id: "c", series: "Fruit", title: "Pear" },
      { id: "d" },
    );
    expect(await ids({ series: "Fruit" })).toBe("ac");
    expect(await ids({ series: "Fruit", text: "fig" })).toBe("a");
  });

  it("finds a row that is no square by its id alone, and gives it as what it is", async () => {
    await put({ id: "broken1", title: 7 }, { id: "fine", title: "broken1" });
    const { squares } = await search({ text: "BROKEN" });
    expect(squares).toMatchObject([{ id: "broken1", mistakes: expect.stringMatching(/^title/) }, { id: "fine" }]);
  });

  it("reads one page of as many rows as are shown, and goes on behind it", async () => {
    await put({ id: "a" }, { id: "b" }, { id: "c" });
    const first = await search({ limit: 2 });
    expect(first.squares.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(first.next).toEqual({ id: "b", status: "queued", sortKey: "001" });
    const { next } = first;
    const rest = await search({ limit: 2, ...(next && { after: next }) });
    expect(rest.squares.map(({ id }) => id)).toEqual(["c"]);
    expect(rest).not.toHaveProperty("next");
    expect(calls.map(({ operation }) => operation)).toEqual(["Query", "Query"]);
  });

  it("goes on behind the last that it showed where it found more in one page", async () => {
    await put({ id: "a", title: "x" }, { id: "b" }, { id: "c", title: "x" }, { id: "d" }, { id: "e", title: "x" });
    const first = await search({ text: "x", limit: 2 });
    expect(first.squares.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(first.next).toEqual({ id: "c", status: "queued", sortKey: "002" });
    const all = await search({ text: "x", limit: 3 });
    expect(all.squares.map(({ id }) => id)).toEqual(["a", "c", "e"]);
    expect(all).not.toHaveProperty("next");
    expect(await search({ text: "x", limit: 0 })).toEqual({ squares: [] });
  });

  it("looks at 250 rows for a search, and says where the next look begins though it found nothing", async () => {
    await put(...Array.from({ length: 252 }, (_, n) => ({ id: `s${n}`, title: n === 251 ? "x" : "y" })));
    const first = await search({ text: "x", limit: 1 });
    expect(first).toEqual({ squares: [], next: { id: "s249", status: "queued", sortKey: "249" } });
    expect(calls.map(({ operation }) => operation)).toEqual(["Query"]);
    expect(await ids({ text: "x", limit: 300 })).toBe("s251");
  });
});
