import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import { moveInQueue, type OrderPorts, type Place } from "@twobytwo/core/queue/reorder";
import { listSquares, requireSquare } from "@twobytwo/core/squares/list";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { Call } from "@twobytwo/sandbox/emulator";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const clock = () => Date.parse("2026-11-24T18:00:00Z");
const calls: Call[] = [];
let opened: Awaited<ReturnType<typeof emptyTable>>;
let ports: OrderPorts;
beforeEach(async () => {
  opened = await emptyTable((call) => void calls.push(call));
  ports = { table: opened.table, clock, rankAtEnd: ranksAtEnd(clock, Math.random) };
});
afterEach(() => opened.close());

const order = async () => {
  const { squares } = await listSquares(opened.table, { status: "queued", limit: 100 });
  return squares.map(({ id }) => id).join("");
};
const queue = (...ids: string[]) => putQueued(opened.table, ...ids.map((id) => ({ id, sortKey: id })));

describe("moveInQueue", () => {
  it.each<[string, Place, string]>([
    ["c", "top", "cabd"],
    ["b", "end", "acdb"],
    ["d", { before: "b" }, "adbc"],
    ["a", { before: "d" }, "bcad"],
    ["c", { before: "a" }, "cabd"],
    ["a", { before: "b" }, "abcd"],
  ])("moves %s to %j", async (id, to, expected) => {
    await queue("a", "b", "c", "d");
    const { square, changed } = await moveInQueue(ports, { id, to });
    expect(await order()).toBe(expected);
    expect(changed).toBe(true);
    expect(square).toMatchObject({ id, status: "queued", version: 1, updatedAt: "2026-11-24T18:00:00.000Z" });
    const { squares, stock } = await wholeTable(opened.table);
    expect(squares.filter((other) => other.id !== id && other.sortKey !== other.id)).toEqual([]);
    expect(stock).toEqual({ queued: 4 });
  });

  it("leaves a square alone that stands there already", async () => {
    await queue("a", "b", "c");
    for (const [id, to] of [
      ["a", "top"],
      ["c", "end"],
      ["b", { before: "b" }],
    ] as const)
      expect(await moveInQueue(ports, { id, to })).toMatchObject({ changed: false, square: { version: 0 } });
  });

  it("reads two neighbours at most, however long the queue is", async () => {
    await queue(...Array.from({ length: 30 }, (_, n) => `q${String(n).padStart(2, "0")}`));
    calls.splice(0);
    await moveInQueue(ports, { id: "q29", to: { before: "q10" } });
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem", "GetItem", "Query", "UpdateItem"]);
  });

  it("finds a place before squares that share one rank", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "5" }, { id: "x", sortKey: "7" }, { id: "y", sortKey: "7" });
    await putQueued(opened.table, { id: "z", sortKey: "9" });
    await moveInQueue(ports, { id: "z", to: { before: "y" } });
    expect(await order()).toMatch(/^az(xy|yx)$/);
  });

  it("refuses squares that are not in the queue, or not there", async () => {
    await queue("a", "b");
    const at = new Date(clock()).toISOString();
    await changeStatus(opened.table, { id: "b", from: "queued", to: "claimed", sortKey: at, now: at });
    const move = (id: string, to: Place) => moveInQueue(ports, { id, to });
    await expect(move("b", "top")).rejects.toThrow("Square b is claimed, and only queued squares have a place");
    await expect(move("a", { before: "b" })).rejects.toThrow("Square b is claimed");
    await expect(move("a", { before: "zz" })).rejects.toThrow("There is no square zz");
  });

  it("refuses to stand before what no rank can stand before", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "!" }, { id: "b", sortKey: "m" });
    await expect(moveInQueue(ports, { id: "b", to: "top" })).rejects.toThrow(
      'Nothing can be placed before a square with rank "!"',
    );
    expect(await order()).toBe("ab");
  });

  it("gives the order that a list gives, whatever is moved where", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    await queue(...ids);
    const model = [...ids];
    const step = fc.record({
      id: fc.constantFrom(...ids),
      to: fc.oneof(fc.constantFrom("top", "end"), fc.record({ before: fc.constantFrom(...ids) })) as fc.Arbitrary<
        Exclude<Place, { rank: string }>
      >,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { id, to } of steps) {
          await moveInQueue(ports, { id, to });
          if (typeof to === "object" && to.before === id) continue;
          model.splice(model.indexOf(id), 1);
          const at = to === "top" ? 0 : to === "end" ? model.length : model.indexOf(to.before);
          model.splice(at, 0, id);
        }
        expect(await order()).toBe(model.join(""));
      }),
      { numRuns: 25 },
    );
  });

  it("takes a move back exactly, whatever was moved since", async () => {
    await queue("a", "b", "c");
    const { sortKey: rank } = await requireSquare(ports.table, "b");
    await moveInQueue(ports, { id: "b", to: "top" });
    await moveInQueue(ports, { id: "a", to: "end" });
    await moveInQueue(ports, { id: "b", to: { rank } });
    expect(await order()).toBe("bca");
    expect((await moveInQueue(ports, { id: "b", to: { rank } })).changed).toBe(false);
  });
});
