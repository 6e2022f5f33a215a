import { rankBetween, ranksAtEnd } from "@twobytwo/core/queue/rank";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** What another program may have written as a sort key. */
const foreignRank = fc.string({
  unit: fc.integer({ min: 0x22, max: 0x7e }).map((c) => String.fromCharCode(c)),
  minLength: 1,
  maxLength: 12,
});

describe("rankBetween", () => {
  it("lies strictly between any two ranks, and leaves room on both sides", () => {
    fc.assert(
      fc.property(foreignRank, foreignRank, (one, other) => {
        fc.pre(one !== other);
        const [low, high] = one < other ? [one, other] : [other, one];
        const middle = rankBetween(low, high);
        expect(low < middle && middle < high, `${low} < ${middle} < ${high}`).toBe(true);
        expect(middle).toMatch(/^[!-~]+$/);
        const nearer = rankBetween(low, middle);
        expect(low < nearer && nearer < middle).toBe(true);
      }),
    );
  });

  it("finds a rank before the first and after the last one", () => {
    fc.assert(
      fc.property(foreignRank, (rank) => {
        expect(rankBetween(undefined, rank) < rank).toBe(true);
        expect(rankBetween(rank, undefined) > rank).toBe(true);
      }),
    );
  });

  it("keeps an order through a thousand moves to the same place, with ranks that stay short", () => {
    let first = rankBetween(undefined, undefined);
    for (let move = 0; move < 1000; move += 1) {
      const earlier = rankBetween(undefined, first);
      expect(earlier < first).toBe(true);
      first = earlier;
    }
    expect(first.length).toBeLessThan(220);
  });

  it("refuses ranks that are not in order", () => {
    expect(() => rankBetween("b", "a")).toThrow(RangeError);
    expect(() => rankBetween("a", "a")).toThrow(RangeError);
    // What lies between their first characters lies before neither.
    expect(() => rankBetween("b", "aa")).toThrow('there is no rank between "b" and "aa"');
    expect(() => rankBetween(undefined, "!")).toThrow('there is no rank between "" and "!"');
  });

  it("takes the shortest that there is, up to the last character", () => {
    expect(rankBetween("|", undefined)).toBe("}");
    expect(rankBetween("}", undefined)).toBe("~");
  });
});

describe("rankBetween where there is no room", () => {
  it.each([
    [undefined, "!"],
    [undefined, "!!"],
    ["a", "a!"],
    ["a", "a!!"],
  ])("refuses to lie between %j and %j rather than to lie elsewhere", (before, after) => {
    expect(() => rankBetween(before, after)).toThrow(RangeError);
  });

  it("finds the little room that there is", () => {
    for (const [before, after] of [
      [undefined, '!"'],
      ["a", 'a!"'],
      ["a!", 'a"'],
    ] as const) {
      const rank = rankBetween(before, after);
      expect((before ?? "") < rank && rank < after, `${before} < ${rank} < ${after}`).toBe(true);
    }
  });
});

describe("ranksAtEnd", () => {
  it("ranks later squares later, also within one millisecond", () => {
    const rank = ranksAtEnd(
      () => 1_790_000_000_000,
      () => 0.5,
    );
    const ranks = Array.from({ length: 200 }, () => rank(undefined));
    expect([...ranks].sort()).toEqual(ranks);
    expect(new Set(ranks).size).toBe(200);
  });

  it("goes behind a last rank that another program wrote", () => {
    const rank = ranksAtEnd(
      () => 0,
      () => 0.5,
    );
    expect(rank("zzz") > "zzz").toBe(true);
    expect(rank("!")).toMatch(/^[0-9A-Z]{26}$/);
  });
});
