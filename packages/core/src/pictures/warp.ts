import { type Corners, type Homography, squareToCorners } from "./homography.ts";

/** 8 bits a channel, row by row; 3 or 4 channels, as many as `data` has room for. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

export interface WarpedPixels extends Pixels {
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Samples a pixel and direction, at most. A picture that is made smaller by more loses a little sharpness, no more. */
const mostSamples = 8;
/** Below this many source pixels for one of the result, a single cubic sample shows no aliasing. */
const cubicScale = 1.25;

/**
 * Looks straight at the square that four corners show: `side` × `side` pixels, as many channels as `image` has.
 * Enlarging is bicubic, making smaller takes the mean of all that a pixel covers. What lies outside repeats the edge.
 *
 * @param corners in pixels of `image`
 */
export function warp(image: Pixels, corners: Corners, side: number): WarpedPixels {
  const channels = image.data.length / (image.width * image.height);
  const plane = squareToCorners(corners);
  const scale = coarsest(plane, side);
  const samples = scale <= cubicScale ? 1 : Math.min(Math.ceil(scale), mostSamples);
  const add = samples === 1 ? addCubic : addLinear;
  const data = new Uint8ClampedArray(side * side * channels);
  const sum = new Float64Array(channels);
  const step = 1 / (side * samples);
  const share = 1 / (samples * samples);
  for (let row = 0, at = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1, at += channels) {
      sum.fill(0);
      for (let down = 0; down < samples; down += 1) {
        const v = (row * samples + down + 0.5) * step;
        for (let across = 0; across < samples; across += 1) {
          const u = (column * samples + across + 0.5) * step;
          const w = plane.g * u + plane.h * v + 1;
          const x = (plane.a * u + plane.b * v + plane.c) / w - 0.5;
          const y = (plane.d * u + plane.e * v + plane.f) / w - 0.5;
          add(sum, image, channels, x, y);
        }
      }
      for (let channel = 0; channel < channels; channel += 1) data[at + channel] = (sum[channel] as number) * share;
    }
  }
  return { width: side, height: side, data };
}

/** Source pixels that one pixel of the result covers in a direction, where it is most. */
function coarsest({ a, b, c, d, e, f, g, h }: Homography, side: number): number {
  let most = 0;
  for (const [u, v] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const) {
    const w = g * u + h * v + 1;
    const x = (a * u + b * v + c) / w;
    const y = (d * u + e * v + f) / w;
    most = Math.max(
      most,
      Math.hypot(a - g * x, d - g * y) / Math.abs(w),
      Math.hypot(b - h * x, e - h * y) / Math.abs(w),
    );
  }
  return most / side;
}

type Add = (sum: Float64Array, image: Pixels, channels: number, x: number, y: number) => void;

const within = (value: number, limit: number) => (value < 0 ? 0 : value > limit ? limit : value);

const addLinear: Add = (sum, { width, height, data }, channels, x, y) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, low] = [x - left, y - top];
  const x0 = within(left, width - 1) * channels;
  const x1 = within(left + 1, width - 1) * channels;
  const y0 = within(top, height - 1) * width * channels;
  const y1 = within(top + 1, height - 1) * width * channels;
  const w00 = (1 - right) * (1 - low);
  const w10 = right * (1 - low);
  const w01 = (1 - right) * low;
  const w11 = right * low;
  for (let channel = 0; channel < channels; channel += 1) {
    sum[channel] =
      (sum[channel] as number) +
      w00 * (data[y0 + x0 + channel] as number) +
      w10 * (data[y0 + x1 + channel] as number) +
      w01 * (data[y1 + x0 + channel] as number) +
      w11 * (data[y1 + x1 + channel] as number);
  }
};

/** Catmull-Rom: goes through the pixels themselves, so that a picture that needs no change gets none. */
const cubicWeights = (t: number) =>
  [
    ((-t + 2) * t - 1) * t * 0.5,
    ((3 * t - 5) * t * t + 2) * 0.5,
    ((-3 * t + 4) * t + 1) * t * 0.5,
    (t - 1) * t * t * 0.5,
  ] as const;

const addCubic: Add = (sum, { width, height, data }, channels, x, y) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const across = cubicWeights(x - left);
  const down = cubicWeights(y - top);
  for (let j = 0; j < 4; j += 1) {
    const row = within(top - 1 + j, height - 1) * width;
    for (let i = 0; i < 4; i += 1) {
      const at = (row + within(left - 1 + i, width - 1)) * channels;
      const weight = (down[j] as number) * (across[i] as number);
      for (let channel = 0; channel < channels; channel += 1)
        sum[channel] = (sum[channel] as number) + weight * (data[at + channel] as number);
    }
  }
};
