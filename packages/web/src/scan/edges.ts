import type { Planes } from "./planes.ts";

/** How fast the colour changes at each pixel, in levels a pixel, and the (unsigned) direction in which it does. */
export interface Edges {
  width: number;
  height: number;
  strength: Float32Array;
  /** Unit vector across the edge. */
  acrossX: Float32Array;
  acrossY: Float32Array;
}

/** Of all channels at once: Di Zenzo, A note on the gradient of a multi-image (1986). */
export function edgesOf({ width, height, channels }: Planes): Edges {
  const size = width * height;
  const [xx, xy, yy] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  for (const channel of channels) addTensor(smooth(channel, width, height), width, height, xx, xy, yy);
  const strength = new Float32Array(size);
  for (let at = 0; at < size; at += 1) {
    const [a, b, c] = [xx[at] as number, xy[at] as number, yy[at] as number];
    const half = Math.hypot((a - c) / 2, b);
    strength[at] = Math.sqrt((a + c) / 2 + half);
    const angle = 0.5 * Math.atan2(2 * b, a - c);
    xx[at] = Math.cos(angle);
    yy[at] = Math.sin(angle);
  }
  return { width, height, strength, acrossX: xx, acrossY: yy };
}

/** Binomial, five wide: about a Gaussian of one pixel. */
function smooth(plane: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(plane.length);
  const both = new Float32Array(plane.length);
  for (let y = 0; y < height; y += 1) binomial(plane, rows, y * width, 1, width);
  for (let x = 0; x < width; x += 1) binomial(rows, both, x, width, height);
  return both;
}

function binomial(from: Float32Array, to: Float32Array, start: number, step: number, length: number): void {
  const last = length - 1;
  const value = (at: number) => from[start + (at < 0 ? 0 : at > last ? last : at) * step] as number;
  for (let at = 0; at < length; at += 1)
    to[start + at * step] =
      0.375 * value(at) + 0.25 * (value(at - 1) + value(at + 1)) + 0.0625 * (value(at - 2) + value(at + 2));
}

function addTensor(
  plane: Float32Array,
  width: number,
  height: number,
  xx: Float32Array,
  xy: Float32Array,
  yy: Float32Array,
): void {
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1, at = y * width + 1; x < width - 1; x += 1, at += 1) {
      const right = ((plane[at + 1] as number) - (plane[at - 1] as number)) / 2;
      const down = ((plane[at + width] as number) - (plane[at - width] as number)) / 2;
      xx[at] = (xx[at] as number) + right * right;
      xy[at] = (xy[at] as number) + right * down;
      yy[at] = (yy[at] as number) + down * down;
    }
  }
}

/**
 * How strongly an edge runs at a place across a unit vector, in levels a pixel: the strongest within a pixel along it.
 * An edge that runs another way counts little.
 */
export function edgeAt(
  { width, height, strength, acrossX, acrossY }: Edges,
  x: number,
  y: number,
  nx: number,
  ny: number,
): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 1 || row < 1 || column >= width - 1 || row >= height - 1) return 0;
  const at = row * width + column;
  const along = Math.abs((acrossX[at] as number) * nx + (acrossY[at] as number) * ny);
  return along < 0.8 ? 0 : (strength[at] as number) * along * along;
}
