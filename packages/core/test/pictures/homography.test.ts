import {
  type Corners,
  invert,
  isConvex,
  longestSide,
  project,
  squareToCorners,
} from "@twobytwo/core/pictures/homography";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Corners of a square that something has bent, none by more than keeps it convex. */
const bend = fc.double({ min: -0.2, max: 0.2, noNaN: true });
const seen = fc.tuple(...Array.from({ length: 8 }, () => bend), fc.double({ min: 1, max: 4000, noNaN: true }));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

const cornersFrom = (...[a, b, c, d, e, f, g, h, size]: number[]): Corners => {
  const at = (x: number, y: number) => ({ x: x * (size as number), y: y * (size as number) });
  return [
    at(0 + (a as number), 0 + (b as number)),
    at(1 + (c as number), 0 + (d as number)),
    at(1 + (e as number), 1 + (f as number)),
    at(0 + (g as number), 1 + (h as number)),
  ];
};

describe("A homography", () => {
  it("takes the corners of the unit square to the four corners, in their order", () => {
    fc.assert(
      fc.property(seen, (numbers) => {
        const corners = cornersFrom(...numbers);
        const plane = squareToCorners(corners);
        const places = [project(plane, 0, 0), project(plane, 1, 0), project(plane, 1, 1), project(plane, 0, 1)];
        for (const [index, { x, y }] of places.entries()) {
          expect(Math.abs(x - (corners[index]?.x ?? Number.NaN))).toBeLessThan(1e-6);
          expect(Math.abs(y - (corners[index]?.y ?? Number.NaN))).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it("leads back to where it came from", () => {
    fc.assert(
      fc.property(seen, unit, unit, (numbers, u, v) => {
        const plane = squareToCorners(cornersFrom(...numbers));
        const there = project(plane, u, v);
        const back = project(invert(plane), there.x, there.y);
        expect(Math.hypot(back.x - u, back.y - v)).toBeLessThan(1e-6);
      }),
    );
  });

  it("sees the middle of a tilted square nearer to its far side", () => {
    const tilted: Corners = [
      { x: 100, y: 0 },
      { x: 200, y: 0 },
      { x: 300, y: 100 },
      { x: 0, y: 100 },
    ];
    const middle = project(squareToCorners(tilted), 0.5, 0.5);
    expect(middle.x).toBeCloseTo(150);
    // Where the diagonals cross: a picture that is only stretched would show it at 50.
    expect(middle.y).toBeCloseTo(25);
  });
});

describe("Corners", () => {
  const square: Corners = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];
  const [a, b, c, d] = square;

  it("are convex only clockwise, and neither crossed, dented nor on one line", () => {
    expect(isConvex(square)).toBe(true);
    expect(isConvex([d, c, b, a])).toBe(false);
    expect(isConvex([a, c, b, d])).toBe(false);
    expect(isConvex([a, b, { x: 2, y: 2 }, d])).toBe(false);
    expect(isConvex([a, a, a, a])).toBe(false);
    expect(isConvex([a, { x: 3, y: 0 }, b, { x: 20, y: 0 }])).toBe(false);
  });

  it("have a longest side", () => {
    expect(longestSide([a, { x: 30, y: 0 }, c, d])).toBe(30);
    const slanted = { first: { x: 0, y: 10 }, second: { x: 30, y: 50 } };
    expect(longestSide([slanted.first, slanted.second, { x: 20, y: 50 }, { x: 0, y: 20 }])).toBe(50);
  });
});
