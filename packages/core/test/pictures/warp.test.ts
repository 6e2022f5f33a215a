import type { Corners } from "@twobytwo/core/pictures/homography";
import { type Pixels, warp } from "@twobytwo/core/pictures/warp";
import { describe, expect, it } from "vitest";

const all = (width: number, height = width): Corners => [
  { x: 0, y: 0 },
  { x: width, y: 0 },
  { x: width, y: height },
  { x: 0, y: height },
];

/** One channel beside two that stay at 7, by a level for each place. */
function picture(width: number, height: number, level: (x: number, y: number) => number): Pixels {
  const data = new Uint8ClampedArray(width * height * 3).fill(7);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data[(y * width + x) * 3] = level(x, y);
  return { width, height, data };
}
const levels = ({ data }: Pixels) => [...data.filter((_, at) => at % 3 === 0)];

/** Catmull-Rom between four levels, a share `t` behind the second: Keys, Cubic convolution (1981), with a = -1/2. */
function keys(t: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  const near = (s: number) => 1.5 * s ** 3 - 2.5 * s ** 2 + 1;
  const far = (s: number) => -0.5 * s ** 3 + 2.5 * s ** 2 - 4 * s + 2;
  return far(1 + t) * a + near(t) * b + near(1 - t) * c + far(2 - t) * d;
}

const hills = (x: number, y: number) => 40 + ((x * 37 + y * 61) % 170);

describe("warp", () => {
  it("gives a picture that needs no change back as it is, with all its channels", () => {
    const given = picture(9, 9, hills);
    const { width, height, data } = warp(given, all(9), 9);
    expect([width, height]).toEqual([9, 9]);
    expect([...data]).toEqual([...given.data]);
  });

  it("turns, where the corners begin elsewhere", () => {
    const given = picture(5, 5, hills);
    const [a, b, c, d] = all(5);
    const turned = warp(given, [b, c, d, a], 5);
    const expected = Array.from({ length: 25 }, (_, at) => hills(4 - Math.floor(at / 5), at % 5));
    expect(levels(turned)).toEqual(expected);
  });

  it("takes the place between pixels from the four around it, in each direction", () => {
    const row = [20, 80, 200, 110, 60, 150] as const;
    const shift = 0.25;
    const shifted: Corners = [
      { x: 1 + shift, y: 1 },
      { x: 3 + shift, y: 1 },
      { x: 3 + shift, y: 3 },
      { x: 1 + shift, y: 3 },
    ];
    const expected = [keys(shift, [row[0], row[1], row[2], row[3]]), keys(shift, [row[1], row[2], row[3], row[4]])];
    const across = levels(
      warp(
        picture(6, 6, (x) => row[x] ?? 0),
        shifted,
        2,
      ),
    );
    for (const [at, level] of across.entries())
      expect(Math.abs(level - (expected[at % 2] ?? -1))).toBeLessThanOrEqual(0.5);
    const down = shifted.map(({ x, y }) => ({ x: y, y: x })) as unknown as Corners;
    const [a, b, c, d] = down;
    const below = levels(
      warp(
        picture(6, 6, (_, y) => row[y] ?? 0),
        [a, d, c, b],
        2,
      ),
    );
    for (const [at, level] of below.entries())
      expect(Math.abs(level - (expected[Math.floor(at / 2)] ?? -1))).toBeLessThanOrEqual(0.5);
  });

  it("repeats the edge outside of the picture", () => {
    const given = picture(4, 4, (x, y) => 50 + 40 * x + 5 * y);
    const around: Corners = [
      { x: -2, y: -2 },
      { x: 6, y: -2 },
      { x: 6, y: 6 },
      { x: -2, y: 6 },
    ];
    const clamp = (value: number) => Math.min(Math.max(value, 0), 3);
    const expected = Array.from({ length: 64 }, (_, at) => {
      const [x, y] = [clamp((at % 8) - 2), clamp(Math.floor(at / 8) - 2)];
      return 50 + 40 * x + 5 * y;
    });
    expect(levels(warp(given, around, 8))).toEqual(expected);
  });

  it("makes smaller by the mean of all that a pixel covers", () => {
    const given = picture(8, 8, hills);
    const mean = (column: number, row: number, size: number) => {
      let sum = 0;
      for (let y = 0; y < size; y += 1)
        for (let x = 0; x < size; x += 1) sum += hills(column * size + x, row * size + y);
      return sum / size ** 2;
    };
    for (const size of [2, 4, 8]) {
      const side = 8 / size;
      for (const [at, level] of levels(warp(given, all(8), side)).entries())
        expect(Math.abs(level - mean(at % side, Math.floor(at / side), size)), `${size}`).toBeLessThanOrEqual(0.5);
    }
  });

  it("takes its samples from eight places of a pixel and direction at most", () => {
    const stripes = picture(32, 1, (x) => (x % 4 === 2 ? 255 : 0));
    const [level] = levels(warp(stripes, all(32, 1), 1));
    // The eight lie between the second and the third pixel of each four: half of each.
    expect(level).toBe(128);
  });

  it("makes as smooth as its coarsest corner asks for, when the square is seen from the side", () => {
    const checks = picture(40, 40, (x, y) => ((x + y) % 2) * 200);
    const leaning: Corners = [
      { x: 16, y: 2 },
      { x: 24, y: 2 },
      { x: 38, y: 38 },
      { x: 2, y: 38 },
    ];
    const near = levels(warp(checks, leaning, 10)).slice(-10);
    for (const level of near) expect(Math.abs(level - 100)).toBeLessThan(25);
  });
});
