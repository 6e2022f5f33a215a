import { BatchWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { placesAtEnd, placesAtRandom } from "@twobytwo/core/queue/places";
import { countTransition } from "@twobytwo/core/squares/stock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio({ seed: 42 });
});
afterEach(() => studio.close());

/** Squares as they lie in the table, with ids that say nothing about their order. */
async function put(status: "queued" | "posted", sortKeys: readonly string[]): Promise<void> {
  const { client, name } = studio.ports.table;
  const items = sortKeys.map((sortKey) => ({ id: studio.ports.newId(), status, sortKey, objectKey: "squares/a.jpg" }));
  for (let at = 0; at < items.length; at += 25)
    await client.send(
      new BatchWriteCommand({
        RequestItems: { [name]: items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
  await client.send(
    new UpdateCommand(countTransition(studio.ports.table, undefined, status, { squares: items.length }).Update),
  );
}

const keys = (count: number) => Array.from({ length: count }, (_, number) => `k${String(number).padStart(5, "0")}`);
/** How many of the sorted ranks come before a rank. */
const placeOf = (ranks: readonly string[], rank: string) => ranks.filter((other) => other < rank).length;

describe("a place at the end", () => {
  it("is behind a rank that a person gave, and ranks stay short through thousands of squares", async () => {
    await put("queued", ["W"]);
    let last = "W";
    for (let adding = 0; adding < 5; adding += 1) {
      const next = placesAtEnd(studio.ports);
      for (let square = 0; square < 400; square += 1) {
        const rank = await next();
        expect(rank > last).toBe(true);
        last = rank;
      }
      await put("queued", [last]);
    }
    expect(last.length).toBe(27);
  });

  it("is asked of the table once, however many squares come", async () => {
    await put("queued", keys(3));
    studio.calls.length = 0;
    const next = placesAtEnd(studio.ports);
    for (let square = 0; square < 50; square += 1) await next();
    expect(studio.calls.map(({ operation }) => operation)).toEqual(["Query"]);
  });
});

describe("a random place", () => {
  it("is each of a short queue, its ends too, equally often", async () => {
    const ranks = keys(9);
    await put("queued", ranks);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 300; draw += 1) {
      const at = placeOf(ranks, await placesAtRandom(studio.ports)());
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(15);
    for (const count of counts) expect(count).toBeLessThan(50);
  });

  it("is anywhere in a long queue, of which a bounded part is read", async () => {
    const ranks = keys(400);
    await put("queued", ranks);
    await put("posted", keys(600));
    const next = placesAtRandom(studio.ports);
    await next();
    studio.calls.length = 0;
    const tenths = Array.from({ length: 10 }, () => 0);
    const drawn = new Set<string>();
    for (let draw = 0; draw < 200; draw += 1) {
      const rank = await next();
      drawn.add(rank);
      const tenth = Math.min(9, Math.floor(placeOf(ranks, rank) / 40));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(7);
    for (const count of tenths) expect(count).toBeLessThan(42);
    // None but a few of them in the same gap, and those still apart.
    expect(drawn.size).toBe(200);
    const scans = studio.calls.filter(({ operation }) => operation === "Scan").length;
    expect(scans).toBeLessThan(270);
  });
});
