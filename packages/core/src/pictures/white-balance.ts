import type { Point } from "./homography.ts";
import type { Pixels } from "./warp.ts";

/** Factors for red, green and blue, in linear light. */
export type Gains = readonly [red: number, green: number, blue: number];

/** A channel that has to change by more is no lamp's fault, and what is darker or brighter than these says nothing. */
const [leastGain, mostGain] = [0.5, 2];
const [darkest, brightest] = [16, 250];

/** Radius of what is looked at around a tap, as a share of the short side of the picture. */
export const greyReach = 0.012;

/**
 * What makes a place neutral that is grey or white in truth, such as the margin of the paper, and leaves its lightness as it is.
 * Takes the median, so that a speck does not count; where the place is too dark or burnt out, every gain is 1.
 *
 * @param point in pixels of `image`
 * @param radius in the same
 */
export function greyReference(
  image: Pixels,
  point: Point,
  radius = Math.max(2, greyReach * Math.min(image.width, image.height)),
): Gains {
  const channels = image.data.length / (image.width * image.height);
  const seen: [number[], number[], number[]] = [[], [], []];
  const [left, right] = span(point.x, radius, image.width);
  const [top, bottom] = span(point.y, radius, image.height);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * image.width + x) * channels;
      const levels = [0, 1, 2].map((channel) => image.data[at + channel] as number);
      const isUseful = Math.hypot(x + 0.5 - point.x, y + 0.5 - point.y) <= radius;
      if (!isUseful || levels.some((level) => level < darkest || level > brightest)) continue;
      for (const [channel, level] of levels.entries()) seen[channel]?.push(linear[level] as number);
    }
  }
  const [red, green, blue] = seen.map(medianOf);
  if (red === undefined || green === undefined || blue === undefined) return [1, 1, 1];
  const lightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const gain = (level: number) => Math.min(Math.max(lightness / level, leastGain), mostGain);
  return [gain(red), gain(green), gain(blue)];
}

/** Multiplies red, green and blue in linear light, in place; alpha stays. */
export function applyGains({ width, height, data }: Pixels, gains: Gains): void {
  const channels = data.length / (width * height);
  const tables = gains.map((gain) =>
    Uint8Array.from({ length: 256 }, (_, level) => encoded((linear[level] as number) * gain)),
  );
  const [reds, greens, blues] = tables as [Uint8Array, Uint8Array, Uint8Array];
  for (let at = 0; at < data.length; at += channels) {
    data[at] = reds[data[at] as number] as number;
    data[at + 1] = greens[data[at + 1] as number] as number;
    data[at + 2] = blues[data[at + 2] as number] as number;
  }
}

const span = (middle: number, radius: number, limit: number) =>
  [
    Math.min(Math.max(Math.floor(middle - radius), 0), limit),
    Math.min(Math.max(Math.ceil(middle + radius), 0), limit),
  ] as const;

const medianOf = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1];

/** IEC 61966-2-1, sRGB: from a level to light, 0 to 1, and back. */
const linear = Float64Array.from({ length: 256 }, (_, level) => {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

function encoded(light: number): number {
  const share = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(share, 1) * 255);
}
