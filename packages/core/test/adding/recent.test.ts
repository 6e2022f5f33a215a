import type { Fresh } from "@twobytwo/core/adding/inspect";
import { createRecent } from "@twobytwo/core/adding/recent";
import { describe, expect, it } from "vitest";

const black = "0000000000000000-000000000000000000000000";
const white = "ffffffffffffffff-ffffffffffffffffffffffff";

type Row = Parameters<ReturnType<typeof createRecent>["add"]>[0];
const row = (id: string, sha256: string, phash: string) =>
  ({ id, title: `Square ${id}`, status: "queued", sha256, phash }) as Row;
const fresh = (sha256: string, phash: string) => ({ outcome: "fresh", picture: { sha256, phash } }) as Fresh;
const facts = (id: string) => expect.objectContaining({ id, title: `Square ${id}`, status: "queued" });

describe("the squares that were just added", () => {
  it("are known by their bytes, whatever is allowed, and by their looks unless that is", () => {
    const recent = createRecent(5);
    recent.add(row("a", "1", black));
    recent.add(row("b", "2", white));
    expect(recent.check(fresh("2", black), { allowSimilar: true })).toEqual({ outcome: "same", equals: facts("b") });
    expect(recent.check(fresh("3", white), {})).toEqual({ outcome: "similar", equals: facts("b") });
    const other = fresh("3", white);
    expect(recent.check(other, { allowSimilar: true })).toBe(other);
  });

  it("leave a picture fresh that is like none of them", () => {
    const recent = createRecent(5);
    const first = fresh("1", black);
    expect(recent.check(first, {})).toBe(first);
    recent.add(row("b", "2", white));
    expect(recent.check(first, {})).toBe(first);
  });

  it("are the last ones alone", () => {
    const recent = createRecent(2);
    for (const [id, sha256] of [
      ["a", "1"],
      ["b", "2"],
      ["c", "3"],
    ] as const)
      recent.add(row(id, sha256, black));
    expect(recent.check(fresh("1", white), {}).outcome).toBe("fresh");
    expect(recent.check(fresh("2", white), {})).toEqual({ outcome: "same", equals: facts("b") });
  });
});
