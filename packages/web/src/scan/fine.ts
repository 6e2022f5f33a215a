import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import type { Planes } from "./planes.ts";
import { cornersOf } from "./quads.ts";

const places = 72;
const cornerShare = 0.05;
/** Pixels between two samples across a side. */
const stride = 0.5;
const rounds = 6;

/**
 * Moves each side to where the colour changes fastest across it, to fractions of a pixel: a line through as many such
 * places as agree. Corners stay as they are where no line is found.
 *
 * @param reach how far the sides may be wrong, in pixels of `planes`
 */
export function refined(corners: Corners, planes: Planes, reach: number): Corners {
  const sides = corners.map((from, index) => fittedSide(from, corners[(index + 1) % 4] as Point, planes, reach));
  return cornersOf(sides) ?? corners;
}

function fittedSide(from: Point, to: Point, planes: Planes, reach: number): readonly [Point, Point] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const normal = { x: (to.y - from.y) / length, y: (from.x - to.x) / length };
  const shares: number[] = [];
  const offsets: number[] = [];
  const weights: number[] = [];
  for (let place = 0; place < places; place += 1) {
    const share = cornerShare + ((1 - 2 * cornerShare) * (place + 0.5)) / places;
    const x = from.x + (to.x - from.x) * share;
    const y = from.y + (to.y - from.y) * share;
    const step = steepest(planes, x, y, normal, reach);
    if (step === undefined) continue;
    shares.push(share);
    offsets.push(step.offset);
    weights.push(step.strength / (step.strength + 6));
  }
  const line = robustLine(shares, offsets, weights, reach);
  if (line === undefined) return [from, to];
  const { start, slope } = line;
  const moved = (point: Point, by: number) => ({ x: point.x + normal.x * by, y: point.y + normal.y * by });
  return [moved(from, start), moved(to, start + slope)];
}

function steepest(planes: Planes, x: number, y: number, normal: Point, reach: number) {
  const count = Math.round((2 * reach) / stride) + 1;
  const wide = 2;
  const values = planes.channels.map((channel) =>
    Float64Array.from({ length: count + 2 * wide }, (_, index) => {
      const by = (index - wide) * stride - reach;
      return sampled(channel, planes, x + normal.x * by, y + normal.y * by);
    }),
  );
  const slopes = Float64Array.from({ length: count }, (_, index) => {
    let sum = 0;
    for (const channel of values) sum += ((channel[index + 2 * wide] as number) - (channel[index] as number)) ** 2;
    return Math.sqrt(sum);
  });
  let best = 0;
  for (let index = 1; index < count; index += 1) if ((slopes[index] as number) > (slopes[best] as number)) best = index;
  if (best === 0 || best === count - 1) return undefined;
  const [left, top, right] = [slopes[best - 1] as number, slopes[best] as number, slopes[best + 1] as number];
  const bend = left - 2 * top + right;
  const peak = bend < 0 ? (0.5 * (left - right)) / bend : 0;
  return { offset: (best + peak) * stride - reach, strength: top };
}

function sampled(channel: Float32Array, { width, height }: Planes, x: number, y: number): number {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1.001);
  const v = Math.min(Math.max(y - 0.5, 0), height - 1.001);
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, low] = [u - left, v - top];
  const at = top * width + left;
  const near = (channel[at] as number) * (1 - right) + (channel[at + 1] as number) * right;
  const far = (channel[at + width] as number) * (1 - right) + (channel[at + width + 1] as number) * right;
  return near * (1 - low) + far * low;
}

/** start + slope × share, by least squares with weights that fall with the distance from the line (Geman and McClure). */
function robustLine(shares: number[], offsets: number[], weights: number[], reach: number) {
  if (shares.length < places / 4) return undefined;
  let line = { start: 0, slope: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const scale = Math.max(reach / 2 / 1.8 ** round, 0.4);
    const sums = [0, 0, 0, 0, 0] as [number, number, number, number, number];
    for (const [index, share] of shares.entries()) {
      const offset = offsets[index] as number;
      const far = (offset - line.start - line.slope * share) / scale;
      const weight = (weights[index] as number) / (1 + far * far) ** 2;
      sums[0] += weight;
      sums[1] += weight * share;
      sums[2] += weight * share * share;
      sums[3] += weight * offset;
      sums[4] += weight * share * offset;
    }
    const turn = sums[0] * sums[2] - sums[1] ** 2;
    if (!(turn > 1e-9)) return undefined;
    line = {
      start: (sums[2] * sums[3] - sums[1] * sums[4]) / turn,
      slope: (sums[0] * sums[4] - sums[1] * sums[3]) / turn,
    };
  }
  return line;
}
