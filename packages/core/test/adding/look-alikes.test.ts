import { BatchWriteCommand, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { enterLookAlikes, findLookAlikes, rowsOf } from "@twobytwo/core/adding/look-alikes";
import { looksLike } from "@twobytwo/core/pictures/distance";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { painting, seeded } from "../pictures/pictures.ts";
import { openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

const random = seeded(10_000);
const likeness = () =>
  `${Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join("")}-${"808080".repeat(4)}`;
const ids = async (like: string) => (await findLookAlikes(studio.ports.table, like)).found.map(({ id }) => id);

async function enter(squares: readonly { id: string; likeness: string }[]): Promise<void> {
  const rows = squares.map((square) => ({ ...square, rows: rowsOf(square.likeness) }));
  await studio.ports.table.client.send(
    new TransactWriteCommand({ TransactItems: enterLookAlikes(studio.ports.table, rows) }),
  );
}

describe("the index of look-alikes", () => {
  it("finds among 10,000 squares what is within six bits, and reads seven rows for it", async () => {
    const { client, name } = studio.ports.table;
    const squares = Array.from({ length: 10_000 }, (_, number) => ({ id: `square-${number}`, likeness: likeness() }));
    const rows = new Map<string, Set<string>>();
    for (const square of squares)
      for (const row of rowsOf(square.likeness))
        rows.set(row, (rows.get(row) ?? new Set()).add(`${square.likeness}#${square.id}`));
    const items = [...rows].map(([id, likes]) => ({ PutRequest: { Item: { id, likes } } }));
    expect(items.length).toBeLessThanOrEqual(4096);
    for (let at = 0; at < items.length; at += 25)
      await client.send(new BatchWriteCommand({ RequestItems: { [name]: items.slice(at, at + 25) } }));
    expect(Math.max(...[...rows.values()].map(({ size }) => size))).toBeLessThan(60);

    studio.calls.length = 0;
    for (const { id, likeness: whole } of squares.slice(0, 20)) {
      // Six bits flipped, each in another place of the hash.
      const first = (Number.parseInt(whole.slice(0, 8), 16) ^ 0x80100401) >>> 0;
      const second = (Number.parseInt(whole.slice(8, 16), 16) ^ 0x00010008) >>> 0;
      const near = [first, second].map((half) => half.toString(16).padStart(8, "0")).join("") + whole.slice(16);
      expect(await ids(near)).toContain(id);
      const expected = squares.filter((square) => looksLike(square.likeness, near)).map((square) => square.id);
      expect(new Set(await ids(near))).toEqual(new Set(expected));
    }
    expect(studio.calls.map(({ operation }) => operation)).toEqual(Array(40).fill("BatchGetItem"));
  });

  it("does not let a row grow for ever, and still tells the others apart", async () => {
    const flat = `${"0".repeat(16)}-${"ffffff".repeat(4)}`;
    const squares = Array.from({ length: 400 }, (_, number) => ({ id: `flat-${number}`, likeness: flat }));
    await enter(squares);
    const { found, open } = await findLookAlikes(studio.ports.table, flat);
    expect(found).toHaveLength(400);
    expect(open).toEqual([]);
    const { Item } = await studio.ports.table.client.send(
      new GetCommand({ TableName: studio.ports.table.name, Key: { id: rowsOf(flat)[0] } }),
    );
    expect([...((Item?.["likes"] ?? []) as Set<string>)].join("").length).toBeLessThan(40_000);
    expect(await ids(`${"0".repeat(16)}-${"000000".repeat(4)}`)).toEqual([]);
  });

  it("gives the nearest first", async () => {
    const colours = `-${"808080".repeat(4)}`;
    await enter([
      { id: "near", likeness: `000000000000000f${colours}` },
      { id: "nearest", likeness: `0000000000000001${colours}` },
      { id: "far", likeness: `00000000000000ff${colours}` },
    ]);
    expect(await findLookAlikes(studio.ports.table, `0000000000000000${colours}`)).toMatchObject({
      found: [
        { id: "nearest", distance: 1 },
        { id: "near", distance: 4 },
      ],
    });
  });

  it("is entered in the transaction that adds the square", async () => {
    const added = await addSquare(studio.ports, { name: "a.jpg", bytes: await painting(1), title: "A" });
    const like = added.added ? (added.square.phash ?? "") : "";
    expect(await ids(like)).toEqual([added.added ? added.square.id : ""]);
    expect((await studio.marks()).filter((id) => id.startsWith("#phash#")).sort()).toEqual(rowsOf(like).sort());
  });
});
