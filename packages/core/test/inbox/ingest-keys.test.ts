import { type Drop, inboxKeys, refusedKeys, squareIdOf } from "@twobytwo/core/inbox/keys";
import fc from "fast-check";
import { decodeTime } from "ulid";
import { describe, expect, it } from "vitest";

describe("the key of an event", () => {
  it.each([
    ["inbox/fig.jpg", ["inbox/fig.jpg"]],
    ["inbox/two+figs%C3%A9.jpg", ["inbox/two+figs%C3%A9.jpg", "inbox/two figsé.jpg"]],
    ["inbox%2Ffig.jpg", ["inbox/fig.jpg"]],
    ["inbox/100%.jpg", ["inbox/100%.jpg"]],
    ["inbox/50+%.jpg", ["inbox/50+%.jpg"]],
    ["inbox/folder/", []],
    ["inbox/", []],
    ["squares/inbox/fig.jpg", []],
  ])("%s may mean %j, as it is before what it would be decoded", (key, keys) => {
    expect(inboxKeys(key)).toEqual(keys);
  });
});

describe("the square that a drop becomes", () => {
  const drop: Drop = { key: "inbox/fig.jpg", eTag: '"1"', lastModified: new Date("2026-11-24T18:00:00.123Z") };

  it("has one id, however often it is delivered, from the time of the drop", () => {
    const id = squareIdOf(drop);
    expect(squareIdOf({ ...drop })).toBe(id);
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(decodeTime(id)).toBe(drop.lastModified.getTime());
    // Rows in the table have it: it must not change with a new version of this program.
    expect(id).toBe("01M87BDWBVQPKCHC70F2ZKWRAQ");
  });

  it("is another one for another name, other bytes or another time", () => {
    const ids = [
      drop,
      { ...drop, key: "inbox/fig2.jpg" },
      { ...drop, eTag: '"2"' },
      { ...drop, lastModified: new Date(drop.lastModified.getTime() + 1) },
    ].map((one) => squareIdOf(one).slice(10));
    expect(new Set(ids).size).toBe(4);
  });
});

describe("the place of a refused file", () => {
  const refused = (key: string, eTag = '"1"') => refusedKeys({ key, eTag });

  it("has its name, or its name with a mark where another file has that", () => {
    expect(refused("inbox/a/fig.jpg")).toEqual([
      "refused/a/fig.jpg",
      expect.stringMatching(/^refused\/a\/fig-[0-9a-f]{8}\.jpg$/),
    ]);
    expect(refused("inbox/a/fig.jpg")).toEqual(refused("inbox/a/fig.jpg"));
    expect(refused("inbox/a/fig.jpg", '"2"')[1]).not.toBe(refused("inbox/a/fig.jpg")[1]);
    expect(refused("inbox/b/fig.jpg")[1].slice(-12)).not.toBe(refused("inbox/a/fig.jpg")[1].slice(-12));
  });

  it.each([
    ["inbox/notes", "refused/notes"],
    ["inbox/.hidden", "refused/.hidden"],
    ["inbox/a/.hidden", "refused/a/.hidden"],
    ["inbox/a.b/fig", "refused/a.b/fig"],
    ["inbox/two\nlines.jpg", "refused/two\nlines.jpg"],
    ["inbox/what.is.this-long-extension", "refused/what.is.this-long-extension"],
  ])("of %j is %j", (key, expected) => {
    const [plain, marked] = refused(key);
    expect(plain).toBe(expected);
    const mark = /-[0-9a-f]{8}/.exec(marked)?.[0] ?? "none";
    expect(marked.replace(mark, "")).toBe(expected);
  });

  it("puts the mark before a short extension and behind any other name", () => {
    expect(refused("inbox/.hidden")[1]).toMatch(/^refused\/\.hidden-[0-9a-f]{8}$/);
    expect(refused("inbox/a.0123456789abcdef")[1]).toMatch(/^refused\/a-[0-9a-f]{8}\.0123456789abcdef$/);
    expect(refused("inbox/a.0123456789abcdefg")[1]).toMatch(/^refused\/a\.0123456789abcdefg-[0-9a-f]{8}$/);
    expect(refused("inbox/a.b/c")[1]).toMatch(/^refused\/a\.b\/c-[0-9a-f]{8}$/);
  });

  it("leads nowhere else, whatever downloads the folder", () => {
    expect(refused("inbox/../../etc/./passwd")[0]).toBe("refused/_/_/etc/_/passwd");
    expect(refused("inbox/..a/b..")[0]).toBe("refused/..a/b..");
  });

  it("keeps to the bytes that S3 has room for, and cuts no character in two", () => {
    const long = fc.string({ unit: fc.constantFrom("a", "é", "🎨", "/"), minLength: 900, maxLength: 1100 });
    fc.assert(
      fc.property(long, (name) => {
        for (const key of refused(`inbox/${name}x.jpg`)) {
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1000);
          expect(key).not.toContain("\uFFFD");
          expect(key.endsWith(".jpg")).toBe(true);
        }
      }),
    );
    const [plain, marked] = refused(`inbox/${"x".repeat(1010)}.jpg`);
    expect([plain.length, marked.length]).toEqual([1000, 1000]);
    expect(refused(`inbox/${"x".repeat(988)}.jpg`)[0]).toBe(`refused/${"x".repeat(988)}.jpg`);
  });
});
