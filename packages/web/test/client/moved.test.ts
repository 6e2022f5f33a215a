import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moved } from "../../src/client/queue/moved.ts";

describe("moving an item", () => {
  it.each([
    [0, 2, ["b", "c", "a"]],
    [2, 0, ["c", "a", "b"]],
    [1, 1, ["a", "b", "c"]],
  ])("from %i to %i gives %j", (from, to, order) => {
    expect(moved(["a", "b", "c"], from, to)).toEqual(order);
  });

  it("and back again changes nothing", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), fc.nat(), fc.nat(), (items, one, other) => {
        const [from, to] = [one % items.length, other % items.length];
        expect(moved(moved(items, from, to), to, from)).toEqual(items);
      }),
    );
  });
});
