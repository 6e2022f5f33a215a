import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { isBroken, listSquares, readSquares, requireSquare, resolveId } from "@twobytwo/core/squares/list";
import type { Position } from "@twobytwo/core/squares/table";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued } from "./table-fixture.ts";

const calls: Call[] = [];
let opened: Awaited<ReturnType<typeof emptyTable>>;

const put = (Item: Record<string, unknown>) =>
  opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));

beforeAll(async () => {
  opened = await emptyTable((call) => void calls.push(call));
  const letters = [..."abcdefgh"];
  await putQueued(opened.table, ...letters.map((letter) => ({ id: `01KB${letter.toUpperCase()}`, sortKey: letter })));
  for (const [id, sortKey, series] of [
    ["posted-1", "2026-01-01T00:00:00.000Z", "Winter"],
    ["posted-2", "2026-02-01T00:00:00.000Z", "Spring"],
    ["posted-3", "2026-12-01T00:00:00.000Z", "Winter"],
  ])
    await put({ id, status: "posted", sortKey, series, objectKey: "x.jpg", title: "t" });
  await put({ id: "torn", status: "draft", sortKey: "2026-01-01T00:00:00.000Z", title: 7 });
});
beforeEach(() => void calls.splice(0));
afterAll(() => opened.close());

describe("readSquares", () => {
  it("gives those that there are in one call, whoever is named twice or is none", async () => {
    const squares = await readSquares(opened.table, ["01KBA", "torn", "01KBA", "nobody", "", "#stock", "posted-1"]);
    expect([...squares.keys()].sort()).toEqual(["01KBA", "posted-1", "torn"]);
    expect(squares.get("posted-1")).toMatchObject({ title: "t", series: "Winter" });
    expect([...squares.values()].filter(isBroken)).toMatchObject([
      { id: "torn", mistakes: expect.stringContaining("title") },
    ]);
    expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem"]);
    expect(await readSquares(opened.table, [])).toEqual(new Map());
    expect(calls).toHaveLength(1);
  });
});

describe("listSquares", () => {
  it("gives a status page by page, each once and in order, by queries of the index alone", async () => {
    const ids: string[] = [];
    const sizes: number[] = [];
    let after: Position | undefined;
    do {
      const page = await listSquares(opened.table, { status: "queued", limit: 3, ...(after && { after }) });
      ids.push(...page.squares.map(({ id }) => id));
      sizes.push(page.squares.length);
      after = page.next;
    } while (after);
    expect(ids).toEqual([..."ABCDEFGH"].map((letter) => `01KB${letter}`));
    expect(sizes).toEqual([3, 3, 2]);
    expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(["Query"]));
  });

  it("says that nothing follows a page that ends with the last square", async () => {
    const { squares, next } = await listSquares(opened.table, { status: "queued", limit: 8 });
    expect(squares).toHaveLength(8);
    expect(next).toBeUndefined();
  });

  it("gives the latest first where that is asked for, and one series alone", async () => {
    const page = await listSquares(opened.table, { status: "posted", series: "Winter", limit: 1, backwards: true });
    expect(page.squares.map(({ id }) => id)).toEqual(["posted-3"]);
    const rest = await listSquares(opened.table, {
      status: "posted",
      series: "Winter",
      limit: 1,
      backwards: true,
      ...(page.next && { after: page.next }),
    });
    expect(rest.squares.map(({ id }) => id)).toEqual(["posted-1"]);
    expect(rest.next).toBeUndefined();
  });

  it("shows a row that is no square, with what is wrong with it", async () => {
    const { squares } = await listSquares(opened.table, { status: "draft", limit: 5 });
    expect(squares).toHaveLength(1);
    expect(squares[0] && isBroken(squares[0]) && squares[0].mistakes).toMatch(
      /title: .*; objectKey: |objectKey: .*; title: /,
    );
  });
});

describe("resolveId", () => {
  it("takes an id, and the beginning of one in any case", async () => {
    const { table } = opened;
    expect(await resolveId(table, "01KBC")).toBe("01KBC");
    expect(await resolveId(table, "posted-2")).toBe("posted-2");
    expect(await resolveId(table, "01kbh")).toBe("01KBH");
    expect(await resolveId(table, "torn")).toBe("torn");
  });

  it.each([
    ["post", /More than one square begins with post: posted-\d, posted-\d/],
    ["pos", /There is no square pos/],
    ["01KBZ", /There is no square 01KBZ/],
    ["#stock", /There is no square #stock/],
    ["", /There is no square /],
  ])("refuses %j", async (wanted, message) => {
    await expect(resolveId(opened.table, wanted)).rejects.toThrow(message);
  });

  it("does not take a row of the books for a square", async () => {
    await expect(requireSquare(opened.table, "#stock")).rejects.toThrow("There is no square #stock");
  });
});
