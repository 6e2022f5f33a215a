import { describe, expect, test } from "vitest";
import { findSquares } from "../../src/scan/find-squares.ts";
import type { Raster } from "../../src/scan/planes.ts";

const [width, height] = [480, 640];

/** White paper on a black desk, with a line across it. */
function sheet({ low, lineAt }: { low: number; lineAt: number }): Raster {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const isPaper = x >= 100 && x < 380 && y >= 80 && y < low && Math.abs(y - lineAt) > 1;
      if (!isPaper) data.set([24, 24, 24], (y * width + x) * 4);
    }
  return { width, height, data };
}

describe("a square that the scanner sees", () => {
  test("is not sure where its sides go on beyond it: the line across the sheet is no edge of it", () => {
    const [found] = findSquares(sheet({ low: 520, lineAt: 360 }), { mode: "paper" }).squares;
    expect(found!.corners[2].y).toBeGreaterThan(350);
    expect(found!.corners[2].y).toBeLessThan(370);
    expect(found!.sure).toBe(false);
  });

  test("is sure where all four sides end there, whatever lies within", () => {
    const [found] = findSquares(sheet({ low: 360, lineAt: 250 }), { mode: "paper" }).squares;
    expect(found!.corners[2].y).toBeGreaterThan(358);
    expect(found!.sure).toBe(true);
  });

  test("is the one that a person points at, and none where nothing is", () => {
    const picture = sheet({ low: 360, lineAt: 250 });
    expect(findSquares(picture, { at: { x: 240, y: 300 } }).squares).toHaveLength(1);
    expect(findSquares(picture, { at: { x: 40, y: 600 } }).squares).toEqual([]);
  });
});
