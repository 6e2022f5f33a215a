import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { editSquare } from "@twobytwo/core/curating/edit";
import { type Status, statuses } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { updateSquare } from "@twobytwo/core/squares/update";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable();
  await putQueued(opened.table, { id: "a", sortKey: "m" });
});
afterEach(() => opened.close());

const read = async (id = "a") => {
  const square = await readSquare(opened.table, id);
  if (square === undefined) throw new Error(`${id} is lost`);
  return square;
};

describe("editSquare", () => {
  it("changes words of a row that has no version yet, and gives it one", async () => {
    const { table } = opened;
    const words = { title: "Blau", caption: "Blau, Öl auf Holz", altText: "Ein blaues Quadrat", series: "Farben" };
    const edited = await editSquare(table, { id: "a", words, now });
    expect(edited).toMatchObject({ changed: true, square: { ...words, status: "queued", sortKey: "m", version: 1 } });
    expect(await read()).toEqual(edited.square);
    expect(edited.square.updatedAt).toBe("2026-11-24T18:00:00.000Z");
  });

  it("takes away what is given as an empty text, and leaves the rest", async () => {
    const { table } = opened;
    await editSquare(table, { id: "a", words: { caption: "c", altText: "alt", series: "s" }, now });
    const { square } = await editSquare(table, { id: "a", words: { caption: "", series: "" }, now });
    expect(square).not.toHaveProperty("caption");
    expect(square).not.toHaveProperty("series");
    expect(square).toMatchObject({ title: "Square a", altText: "alt", version: 2 });
  });

  it("keeps words without what nobody sees, and takes away one of nothing but blanks", async () => {
    const { table } = opened;
    await editSquare(table, { id: "a", words: { caption: "Blau\u0000,\u200b Öl", altText: "alt" }, now });
    expect(await read()).toMatchObject({ caption: "Blau, Öl", altText: "alt" });
    await editSquare(table, { id: "a", words: { altText: " \u200b\u00a0" }, now });
    expect(await read()).not.toHaveProperty("altText");
  });

  it("writes nothing where nothing changes", async () => {
    const { table } = opened;
    const same = await editSquare(table, { id: "a", words: { title: "Square a", caption: "" }, now });
    expect(same.changed).toBe(false);
    expect((await read()).version).toBe(0);
  });

  it("counts captions as X does and alt texts by character, and says by how much they are too long", async () => {
    const { table } = opened;
    const edit = (words: object) => editSquare(table, { id: "a", words, now });
    await expect(edit({ caption: "字".repeat(141) })).rejects.toThrow(
      "The caption of square a counts as 282 characters, and X accepts 280",
    );
    await expect(edit({ title: "x".repeat(281) })).rejects.toThrow("The title of square a counts as 281 characters");
    await expect(edit({ altText: "😀".repeat(1001) })).rejects.toThrow(
      "The alt text of square a has 1001 characters, and X accepts 1000",
    );
    expect((await read()).version).toBe(0);
    await edit({ caption: "字".repeat(140), altText: "😀".repeat(1000) });
    expect((await read()).version).toBe(1);
  });

  it("refuses a caption taken away from a title that is too long", async () => {
    const { table } = opened;
    await editSquare(table, { id: "a", words: { title: "x".repeat(300), caption: "short" }, now });
    await expect(editSquare(table, { id: "a", words: { caption: "" }, now })).rejects.toThrow(
      "The title of square a counts as 300",
    );
  });

  it("warns of a link, which makes the post dear, and writes the words all the same", async () => {
    const { table } = opened;
    const edited = await editSquare(table, { id: "a", words: { caption: "Blau, mehr auf 2x2.art" }, now });
    expect(edited.warnings).toEqual([expect.stringMatching(/has a link \(2x2\.art\): this post costs \$0\.20/)]);
    expect((await read()).caption).toBe("Blau, mehr auf 2x2.art");
  });

  it.each(statuses)("knows whether a square may be edited that is %s", async (status: Status) => {
    const { table } = opened;
    const row = { id: "b", status, sortKey: "2026-12-24T17:00:00.000Z", objectKey: "b.jpg", title: "b", version: 4 };
    await table.client.send(new PutCommand({ TableName: table.name, Item: row }));
    const editing = editSquare(table, { id: "b", words: { title: "c" }, now });
    if (["claimed", "posting", "posted"].includes(status))
      await expect(editing).rejects.toMatchObject({
        name: "Rejected",
        message: expect.stringMatching(/^Square b is (posted|being posted|about to be posted)/),
      });
    else expect((await editing).square).toMatchObject({ title: "c", status, version: 5 });
  });

  it("refuses a change of what a person saw in an earlier version", async () => {
    const { table } = opened;
    await editSquare(table, { id: "a", words: { title: "one" }, now });
    await expect(editSquare(table, { id: "a", words: { title: "two" }, version: 0, now })).rejects.toThrow(
      "it is at version 1, not 0",
    );
    expect((await editSquare(table, { id: "a", words: { title: "two" }, version: 1, now })).square.version).toBe(2);
  });

  it("lets one of two edits at the same time win, and tells the other what changed", async () => {
    const { table } = opened;
    const seen = await read();
    await updateSquare(table, seen, { title: "first", altText: "first" });
    await expect(updateSquare(table, seen, { title: "second" })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringContaining("Somebody else changed square a at the same time (title, alt text)"),
    });
    expect(await read()).toMatchObject({ title: "first", version: 1 });
  });

  it("lets exactly one of ten edits of the same version win", async () => {
    const { table } = opened;
    const seen = await read();
    const tries = await Promise.allSettled(
      [...Array(10).keys()].map((n) => updateSquare(table, seen, { title: `t${n}` })),
    );
    const won = tries.filter((attempt) => attempt.status === "fulfilled");
    expect(won).toHaveLength(1);
    expect(await read()).toEqual(won[0]?.value);
  });

  it("does not touch a square that was claimed in the meantime", async () => {
    const { table } = opened;
    const seen = await read();
    const at = new Date(now).toISOString();
    await changeStatus(table, { id: "a", from: "queued", to: "claimed", sortKey: at, now: at });
    await expect(updateSquare(table, seen, { title: "late" })).rejects.toThrow("its status from queued to claimed");
    const { squares, counted, stock } = await wholeTable(table);
    expect(squares).toMatchObject([{ title: "Square a", status: "claimed" }]);
    expect(stock).toEqual(counted);
  });

  it("does not make a square of one that is gone", async () => {
    await expect(editSquare(opened.table, { id: "z", words: { title: "t" }, now })).rejects.toThrow(
      "There is no square z",
    );
    await expect(updateSquare(opened.table, { ...(await read()), id: "z" }, { title: "t" })).rejects.toThrow(
      "no longer in the table",
    );
  });
});
