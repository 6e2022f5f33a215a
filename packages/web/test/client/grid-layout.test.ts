import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridOf, rowsBetween, wallHeight } from "../../src/client/wall/grid-layout.ts";

const phone = { smallest: 104, gap: 10, label: 50 };

describe("the grid of the wall", () => {
  it("has two columns on the narrowest phone, and never wider than the page", () => {
    expect(gridOf(200, phone).columns).toBe(2);
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 4_000 }), (width) => {
        const { columns, cell, gap } = gridOf(width, phone);
        expect(columns * cell + (columns - 1) * gap).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("draws every square once when it is looked at piece by piece", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ count: fc.integer({ min: 0, max: 60 }), heading: fc.constantFrom(0, 76) }), {
          maxLength: 5,
        }),
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 50, max: 900 }),
        (parts, columns, screen) => {
          const sections = parts.map((part, index) => ({ key: `${index}`, ...part }));
          const grid = { columns, cell: 100, gap: 10, rowHeight: 150 };
          const height = wallHeight(sections, grid);
          const seen = new Set<string>();
          for (let from = 0; from < height; from += screen)
            for (const { section, first } of rowsBetween(sections, grid, from, from + screen))
              if (first >= 0) seen.add(`${section} ${first}`);
          const all = sections.flatMap(({ count }, section) =>
            Array.from({ length: Math.ceil(count / columns) }, (_, row) => `${section} ${row * columns}`),
          );
          expect([...seen].sort()).toEqual(all.sort());
        },
      ),
    );
  });

  it("draws a few rows of ten thousand squares, whatever is looked at", () => {
    const sections = [{ key: "posted", count: 10_000, heading: 0 }];
    const grid = { columns: 5, cell: 180, gap: 32, rowHeight: 268 };
    for (const from of [0, 100_000, 500_000]) {
      const rows = rowsBetween(sections, grid, from, from + 2_700);
      expect(rows.length).toBeLessThanOrEqual(12);
      expect(rows[0]?.top).toBeLessThanOrEqual(from);
      expect((rows.at(-1)?.top ?? 0) + grid.rowHeight).toBeGreaterThanOrEqual(from + 2_700);
    }
  });

  it("gives an empty section no height and no heading", () => {
    const grid = { columns: 3, cell: 100, gap: 10, rowHeight: 150 };
    const sections = [
      { key: "review", count: 0, heading: 76 },
      { key: "queued", count: 2, heading: 76 },
    ];
    expect(wallHeight(sections, grid)).toBe(226);
    expect(rowsBetween(sections, grid, 0, 1_000)).toEqual([
      { section: 1, first: -1, top: 0 },
      { section: 1, first: 0, top: 76 },
    ]);
  });
});
