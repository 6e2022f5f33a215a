import { describe, expect, it } from "vitest";
import { rangeOf } from "../../src/client/selection/range.ts";

const squares = ["a", "b", "c", "d", "e"].map(
  (id) => ({ id, status: "queued", title: id, caption: "", version: 1 }) as const,
);
const range = (from: string, to: string, gaps: readonly number[] = []) =>
  rangeOf(squares, { from, to, gaps })
    ?.map(({ id }) => id)
    .join("");

describe("a range of squares", () => {
  it("goes from one to another, in either direction", () => {
    expect([range("b", "d"), range("d", "b"), range("c", "c")]).toEqual(["bcd", "bcd", "c"]);
  });

  it("is only the other, if the one is gone, and nothing, if that is gone", () => {
    expect([range("gone", "c"), range("c", "gone")]).toEqual(["c", ""]);
  });

  it("is not given where squares in it are not loaded", () => {
    expect([range("a", "c", [2]), range("c", "a", [2]), range("a", "b", [2]), range("c", "e", [2, 5])]).toEqual([
      ...[undefined, undefined, "ab", "cde"],
    ]);
  });
});
