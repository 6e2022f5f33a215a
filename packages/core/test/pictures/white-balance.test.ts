import type { Pixels } from "@twobytwo/core/pictures/warp";
import { applyGains, greyReference } from "@twobytwo/core/pictures/white-balance";
import { describe, expect, it } from "vitest";

type Colour = readonly [number, number, number];

const side = 200;

/** White paper with a painted square in its middle, under a lamp that dyes all of it. */
function lit(lamp: Colour, paint: Colour, channels: 3 | 4 = 3): Pixels {
  const data = new Uint8ClampedArray(side * side * channels).fill(77);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    const isPaint = Math.max(Math.abs(x - 100), Math.abs(y - 100)) < 60;
    for (let channel = 0; channel < 3; channel += 1)
      data[pixel * channels + channel] = encoded(
        decoded(isPaint ? (paint[channel] as number) : 200) * (lamp[channel] as number),
      );
  }
  return { width: side, height: side, data };
}

const decoded = (level: number) =>
  level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;
const encoded = (light: number) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

function colourAt({ data, width, height }: Pixels, x: number, y: number): number[] {
  const channels = data.length / (width * height);
  const at = (y * width + x) * channels;
  return [...data.slice(at, at + 3)];
}

const furthest = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((level, channel) => Math.abs(level - (other[channel] ?? 999))));

describe("White balance", () => {
  it.each([
    ["a candle", [1.25, 0.98, 0.6]],
    ["a blue sky", [0.8, 0.98, 1.3]],
    ["a green lamp", [0.9, 1.1, 0.8]],
  ] as const)("takes the dye of %s away, from the paper's margin", (_, lamp) => {
    const paint: Colour = [150, 60, 90];
    const picture = lit(lamp, paint);
    expect(furthest(colourAt(picture, 100, 100), paint)).toBeGreaterThan(8);
    const gains = greyReference(picture, { x: 12, y: 190 });
    applyGains(picture, gains);
    const paper = colourAt(picture, 5, 5);
    expect(Math.max(...paper) - Math.min(...paper)).toBeLessThanOrEqual(2);
    // As bright as it was seen, so its true colour up to one factor of light.
    const factor = decoded(paper[1] as number) / decoded(200);
    const truth = paint.map((level) => encoded(decoded(level) * factor));
    expect(furthest(colourAt(picture, 100, 100), truth)).toBeLessThanOrEqual(3);
  });

  it("leaves true grey as it is", () => {
    const picture = lit([1, 1, 1], [10, 200, 30]);
    const before = picture.data.slice();
    applyGains(picture, greyReference(picture, { x: 10, y: 10 }));
    expect(picture.data).toEqual(before);
  });

  it("is not led astray by specks where one taps", () => {
    const picture = lit([1.2, 1, 0.7], [0, 0, 0]);
    const clean = greyReference(picture, { x: 10, y: 10 }, 5);
    for (const [x, y] of [
      [8, 9],
      [10, 12],
      [11, 8],
    ] as const)
      picture.data.set([250, 20, 30], (y * side + x) * 3);
    expect(greyReference(picture, { x: 10, y: 10 }, 5)).toEqual(clean);
  });

  it.each([
    ["burnt out", 255],
    ["black", 3],
  ])("changes nothing where the place is %s or outside the picture", (_, level) => {
    const picture: Pixels = { width: 20, height: 20, data: new Uint8ClampedArray(1200).fill(level) };
    expect(greyReference(picture, { x: 10, y: 10 })).toEqual([1, 1, 1]);
    expect(greyReference(picture, { x: -50, y: 400 })).toEqual([1, 1, 1]);
  });

  it("never doubles a channel by more than twice, whatever is tapped", () => {
    const picture: Pixels = {
      width: 20,
      height: 20,
      data: Uint8ClampedArray.from({ length: 1200 }, (_, at) => [240, 30, 30][at % 3] ?? 0),
    };
    const gains = greyReference(picture, { x: 10, y: 10 });
    expect(Math.max(...gains)).toBeLessThanOrEqual(2);
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(0.5);
  });

  it("leaves alpha alone", () => {
    const picture = lit([1.2, 1, 0.7], [90, 90, 90], 4);
    applyGains(picture, greyReference(picture, { x: 10, y: 10 }));
    expect(new Set(picture.data.filter((_, at) => at % 4 === 3))).toEqual(new Set([77]));
  });
});
