import { isConvex } from "@twobytwo/core/pictures/homography";
import { chanceOf } from "@twobytwo/web/test/scan/noise";
import { describe, expect, it } from "vitest";
import {
  cornersOf,
  isUpright,
  middleQuad,
  moveCorner,
  moveQuad,
  type Place,
  type Quad,
  quadAround,
  resizeSquare,
  topLeftOf,
  turned,
  uprightOf,
} from "../../src/client/crop/quad.ts";

const size = { width: 1200, height: 800 };
const slanted: Quad = [
  [0.2, 0.3],
  [0.7, 0.2],
  [0.75, 0.8],
  [0.25, 0.9],
];
const rounded = (quad: Quad) => cornersOf(quad, size).map(({ x, y }) => [Math.round(x), Math.round(y)]);

describe("the frame of a crop", () => {
  it("begins as what is posted of a picture that nobody has cropped: its middle", () => {
    expect(rounded(middleQuad(size))).toEqual([
      [200, 0],
      [1000, 0],
      [1000, 800],
      [200, 800],
    ]);
  });

  it("stays a square within the picture, whichever corner is dragged anywhere, and the opposite corner stays where it is", () => {
    const chance = chanceOf(3);
    for (let round = 0; round < 400; round += 1) {
      const start = quadAround([chance(), chance()], size);
      const quad = [start, turned(start), turned(turned(start))][round % 3] as Quad;
      const index = round % 4;
      const to: Place = [chance() * 3 - 1, chance() * 3 - 1];
      const resized = resizeSquare(quad, index, to, size);
      expect(isUpright(resized, size)).toBe(true);
      expect(resized.flat().every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(isConvex(cornersOf(resized, size))).toBe(true);
      const opposite = (index + 2) % 4;
      expect(resized[opposite]?.map((share) => share.toFixed(6))).toEqual(
        quad[opposite]?.map((share) => share.toFixed(6)),
      );
    }
  });

  it("is never smaller than what can be seen, however far a corner is pushed", () => {
    const small = resizeSquare(quadAround([0.5, 0.5], size), 0, [1, 1], size);
    const [a, b] = cornersOf(small, size);
    expect(b.x - a.x).toBeGreaterThanOrEqual(0.03 * 800 - 0.001);
  });

  it("moves as a whole to the edges of the picture and not beyond, in its shape", () => {
    expect(moveQuad(slanted, [-5, 5]).map(([x, y]) => [x.toFixed(2), y.toFixed(2)])).toEqual([
      ["0.00", "0.40"],
      ["0.50", "0.30"],
      ["0.55", "0.90"],
      ["0.05", "1.00"],
    ]);
  });

  it("does not turn inside out where a free corner is dragged across the others", () => {
    expect(moveCorner(slanted, 0, [0.9, 0.9])).toBe(slanted);
    expect(moveCorner(slanted, 0, [-1, 0.3])[0]).toEqual([0, 0.3]);
  });

  it("turns by its order alone: four turns are none, and its outline stays", () => {
    const once = turned(slanted);
    expect(topLeftOf(slanted, size)).toBe(0);
    expect(topLeftOf(once, size)).toBe(1);
    expect([...once].sort()).toEqual([...slanted].sort());
    expect(turned(turned(turned(once)))).toEqual(slanted);
  });

  it("locks to the upright square that is most like it, turned as it is, and an upright one does not change", () => {
    for (const quad of [slanted, turned(slanted), turned(turned(slanted))]) {
      const locked = uprightOf(quad, size);
      expect(isUpright(quad, size)).toBe(false);
      expect(isUpright(locked, size)).toBe(true);
      expect(topLeftOf(locked, size)).toBe(topLeftOf(quad, size));
    }
    const middle = turned(middleQuad(size));
    expect(rounded(uprightOf(middle, size))).toEqual(rounded(middle));
  });
});
