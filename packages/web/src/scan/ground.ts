import { boxBlur, type Planes } from "./planes.ts";

/** How far each pixel is from what lies beneath, in standard deviations of the rim: in all, and apart from a shadow. */
export interface Ground {
  width: number;
  height: number;
  distance: Float32Array;
  unshaded: Float32Array;
  /** Share of the rim that is alike. */
  evenness: number;
}

/** Distance within which a place is table. */
export const tableWithin = 3.5;

/** Share of the short side that counts as rim. */
const rimShare = 0.05;
const mostSamples = 3000;
/** Levels below which nothing is told apart: noise, and the blocks of JPEG. */
const finest = 3;
const terms = 6;

/**
 * A model of the table by the rim of the picture: a colour that changes with the light as a quadratic surface does,
 * fitted so that what lies across the rim (up to nearly half of it) does not count.
 */
export function groundOf(planes: Planes): Ground {
  const { width, height } = planes;
  const channels = planes.channels.map((channel) => boxBlur(channel, width, height, 1));
  const samples = rimOf(width, height);
  const weights = new Float64Array(samples.length).fill(1);
  let surfaces: Float64Array[] = [];
  let spreads = [0, 0, 0];
  for (let round = 0; round < 8; round += 1) {
    surfaces = channels.map((channel) => fitSurface(channel, samples, weights, width, height, round === 0 ? 1 : terms));
    const residuals = channels.map((channel, index) =>
      Float64Array.from(samples, (at) =>
        Math.abs((channel[at] as number) - heightOf(surfaces[index] as Float64Array, at, width, height)),
      ),
    );
    spreads = residuals.map((residual) => Math.max(1.48 * medianOf(residual), finest));
    samples.forEach((_, index) => {
      const far = residuals.reduce(
        (sum, residual, channel) => sum + ((residual[index] as number) / (spreads[channel] as number)) ** 2,
        0,
      );
      weights[index] = 1 / (1 + (far / 6) ** 2);
    });
  }
  const evenness = weights.reduce((sum, weight) => sum + (weight > 0.3 ? 1 : 0), 0) / samples.length;
  return { width, height, evenness, ...distancesFrom(channels, surfaces, spreads, width, height) };
}

function rimOf(width: number, height: number): Uint32Array {
  const thick = Math.max(2, Math.round(Math.min(width, height) * rimShare));
  const all: number[] = [];
  for (let y = 0; y < height; y += 1) {
    const isEnd = y < thick || y >= height - thick;
    for (let x = 0; x < width; x += 1) if (isEnd || x < thick || x >= width - thick) all.push(y * width + x);
  }
  const step = Math.max(1, Math.floor(all.length / mostSamples));
  // A step that shares no factor with the width: the samples lie all over the rim.
  return Uint32Array.from({ length: Math.floor(all.length / step) }, (_, index) => all[index * step] as number);
}

function termsAt(at: number, width: number, height: number): readonly number[] {
  const x = ((at % width) * 2) / width - 1;
  const y = (Math.floor(at / width) * 2) / height - 1;
  return [1, x, y, x * x, x * y, y * y];
}

function heightOf(surface: Float64Array, at: number, width: number, height: number): number {
  const values = termsAt(at, width, height);
  let sum = 0;
  for (let term = 0; term < surface.length; term += 1) sum += (surface[term] as number) * (values[term] as number);
  return sum;
}

/** Weighted least squares; curvature costs a little, as the middle of the picture is not seen. */
function fitSurface(
  channel: Float32Array,
  samples: Uint32Array,
  weights: Float64Array,
  width: number,
  height: number,
  count: number,
): Float64Array {
  if (count === 1) return Float64Array.of(medianOf(Float64Array.from(samples, (at) => channel[at] as number)));
  const rows = Array.from({ length: count }, () => new Float64Array(count + 1));
  samples.forEach((at, index) => {
    const values = termsAt(at, width, height);
    const weight = weights[index] as number;
    for (const [row, left] of values.entries()) {
      const sums = rows[row] as Float64Array;
      for (let column = 0; column < count; column += 1)
        sums[column] = (sums[column] as number) + weight * left * (values[column] as number);
      sums[count] = (sums[count] as number) + weight * left * (channel[at] as number);
    }
  });
  const total = rows[0]?.[0] ?? 1;
  for (let term = 1; term < count; term += 1) {
    const row = rows[term] as Float64Array;
    row[term] = (row[term] as number) + total * (term < 3 ? 0.001 : 0.02);
  }
  return solve(rows);
}

/** Gauss, for a positive definite matrix with the right side as its last column. */
function solve(rows: Float64Array[]): Float64Array {
  const count = rows.length;
  for (let pivot = 0; pivot < count; pivot += 1) {
    const row = rows[pivot] as Float64Array;
    for (let other = 0; other < count; other += 1) {
      if (other === pivot) continue;
      const target = rows[other] as Float64Array;
      const factor = (target[pivot] as number) / ((row[pivot] as number) || 1);
      for (let column = pivot; column <= count; column += 1)
        target[column] = (target[column] as number) - factor * (row[column] as number);
    }
  }
  return Float64Array.from(rows, (row, index) => (row[count] as number) / ((row[index] as number) || 1));
}

export function medianOf(values: Float64Array | Float32Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** A shadow on the table is the table's colour times this, at least and at most. */
const [darkest, brightest] = [0.45, 1.12];
/** Standard deviations that a shadow costs for each time that it makes darker by e. */
const shadowCost = 3;

function distancesFrom(
  channels: Float32Array[],
  surfaces: Float64Array[],
  spreads: number[],
  width: number,
  height: number,
): Pick<Ground, "distance" | "unshaded"> {
  const [light, warm, green] = channels as [Float32Array, Float32Array, Float32Array];
  const [ofLight, ofWarm, ofGreen] = surfaces as [Float64Array, Float64Array, Float64Array];
  const [a, b, c] = spreads.map((spread) => 1 / spread) as [number, number, number];
  const distance = new Float32Array(width * height);
  const unshaded = new Float32Array(width * height);
  for (let at = 0; at < distance.length; at += 1) {
    const g0 = heightOf(ofLight, at, width, height) * a;
    const g1 = heightOf(ofWarm, at, width, height) * b;
    const g2 = heightOf(ofGreen, at, width, height) * c;
    const p0 = (light[at] as number) * a;
    const p1 = (warm[at] as number) * b;
    const p2 = (green[at] as number) * c;
    distance[at] = Math.sqrt((p0 - g0) ** 2 + (p1 - g1) ** 2 + (p2 - g2) ** 2);
    const best = (p0 * g0 + p1 * g1 + p2 * g2) / (g0 * g0 + g1 * g1 + g2 * g2 + 1e-6);
    const shade = Math.min(Math.max(best, darkest), brightest);
    unshaded[at] =
      Math.sqrt((p0 - shade * g0) ** 2 + (p1 - shade * g1) ** 2 + (p2 - shade * g2) ** 2) +
      shadowCost * Math.abs(Math.log(shade));
  }
  return { distance, unshaded };
}
