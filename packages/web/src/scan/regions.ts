import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { areaOf, crossing, inOrder } from "./quads.ts";

/** Regions below this share of the picture are no paintings. */
const leastShare = 0.003;
/** Share of its surroundings that has to stand out for a pixel to be kept: what is thin goes, and grain does not tear the rest. */
const mostly = 0.7;

export interface OutlineOptions {
  /** What stands out from the table: above each of these. */
  thresholds: readonly number[];
  /** Half of the widths, in pixels, below which something is thin: a brush that leads up to a painting. */
  reaches: readonly number[];
}

/** Four-sided outlines of the connected regions that stand out, for each threshold and reach. */
export function outlinesAbove(
  distance: Float32Array,
  width: number,
  height: number,
  { thresholds, reaches }: OutlineOptions,
): Corners[] {
  const mask = new Uint8Array(distance.length);
  const counts = new Uint16Array(distance.length);
  const findComponents = componentFinder(width, height);
  const found: Corners[] = [];
  for (const threshold of thresholds) {
    for (const reach of reaches) {
      for (let at = 0; at < mask.length; at += 1) mask[at] = (distance[at] as number) > threshold ? 1 : 0;
      countAround(mask, counts, width, height, reach);
      const enough = mostly * (2 * reach + 1) ** 2;
      for (let at = 0; at < mask.length; at += 1) mask[at] = (counts[at] as number) > enough ? 1 : 0;
      for (const { count, ends } of findComponents(mask)) {
        if (count < leastShare * mask.length) continue;
        const outline = fourSides(hullOf(ends));
        const corners = outline === undefined ? undefined : inOrder(outline);
        if (corners !== undefined) found.push(grown(corners, reach * 0.4));
      }
    }
  }
  return found;
}

/** Pixels of the mask in the (2 `reach` + 1)² around each; beyond the picture its edge goes on. */
function countAround(mask: Uint8Array, counts: Uint16Array, width: number, height: number, reach: number): void {
  const columns = new Int32Array(width);
  const row = (y: number) => Math.min(Math.max(y, 0), height - 1) * width;
  const column = (x: number) => Math.min(Math.max(x, 0), width - 1);
  for (let y = -reach; y < reach; y += 1)
    for (let x = 0; x < width; x += 1) columns[x] = (columns[x] as number) + (mask[row(y) + x] as number);
  for (let y = 0; y < height; y += 1) {
    const [coming, going] = [row(y + reach), row(y - reach)];
    for (let x = 0; x < width; x += 1) columns[x] = (columns[x] as number) + (mask[coming + x] as number);
    let sum = 0;
    for (let x = -reach; x < reach; x += 1) sum += columns[column(x)] as number;
    for (let x = 0; x < width; x += 1) {
      sum += columns[column(x + reach)] as number;
      counts[y * width + x] = sum;
      sum -= columns[column(x - reach)] as number;
    }
    for (let x = 0; x < width; x += 1) columns[x] = (columns[x] as number) - (mask[going + x] as number);
  }
}

interface Component {
  count: number;
  /** The first and the last pixel of each row, as the corners of pixels. */
  ends: Point[];
}

/** Four-connected. Clears the mask on its way. */
function componentFinder(width: number, height: number): (mask: Uint8Array) => Component[] {
  const stack = new Uint32Array(width * height);
  const first = new Int32Array(height);
  const last = new Int32Array(height);
  let depth = 0;
  const push = (mask: Uint8Array, at: number) => {
    if (mask[at] !== 1) return;
    mask[at] = 0;
    stack[depth++] = at;
  };
  return (mask) => {
    const found: Component[] = [];
    for (let start = 0; start < mask.length; start += 1) {
      if (mask[start] !== 1) continue;
      first.fill(width);
      last.fill(-1);
      let count = 0;
      push(mask, start);
      while (depth > 0) {
        const at = stack[--depth] as number;
        const y = Math.floor(at / width);
        const x = at - y * width;
        count += 1;
        if (x < (first[y] as number)) first[y] = x;
        if (x > (last[y] as number)) last[y] = x;
        if (x > 0) push(mask, at - 1);
        if (x < width - 1) push(mask, at + 1);
        if (y > 0) push(mask, at - width);
        if (y < height - 1) push(mask, at + width);
      }
      const ends: Point[] = [];
      for (let y = Math.floor(start / width); y < height && (last[y] as number) >= 0; y += 1) {
        const [left, right] = [first[y] as number, (last[y] as number) + 1];
        ends.push({ x: left, y }, { x: left, y: y + 1 }, { x: right, y }, { x: right, y: y + 1 });
      }
      found.push({ count, ends });
    }
    return found;
  };
}

/** Convex hull, clockwise on a screen (Andrew, 1979). */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((one, other) => one.x - other.x || one.y - other.y);
  const half = (ordered: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2) {
        const [before, last] = [chain.at(-2) as Point, chain.at(-1) as Point];
        const turn = (last.x - before.x) * (point.y - before.y) - (last.y - before.y) * (point.x - before.x);
        if (turn > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Takes sides away from a convex figure until four are left, each time the one whose neighbours, made longer, add least. */
function fourSides(hull: readonly Point[]): Point[] | undefined {
  const points = [...hull];
  while (points.length > 4) {
    let best: { index: number; corner: Point; added: number } | undefined;
    for (let index = 0; index < points.length; index += 1) {
      const at = (step: number) => points[(index + step + points.length) % points.length] as Point;
      const corner = crossing([at(-1), at(0)], [at(2), at(1)]);
      if (corner === undefined) continue;
      const isBeyond =
        (corner.x - at(0).x) * (at(0).x - at(-1).x) + (corner.y - at(0).y) * (at(0).y - at(-1).y) >= 0 &&
        (corner.x - at(1).x) * (at(1).x - at(2).x) + (corner.y - at(1).y) * (at(1).y - at(2).y) >= 0;
      const added = Math.abs(areaOf([at(0), corner, at(1)]));
      if (isBeyond && (best === undefined || added < best.added)) best = { index, corner, added };
    }
    if (best === undefined) return undefined;
    const next = (best.index + 1) % points.length;
    points[best.index] = best.corner;
    points.splice(next, 1);
  }
  return points.length === 4 ? points : undefined;
}

/** Every corner further from the middle, by about `by` pixels across each side. */
function grown(corners: Corners, by: number): Corners {
  const middle = { x: 0, y: 0 };
  for (const { x, y } of corners) {
    middle.x += x / 4;
    middle.y += y / 4;
  }
  return corners.map(({ x, y }) => {
    const far = Math.hypot(x - middle.x, y - middle.y) || 1;
    const factor = 1 + (by * Math.SQRT2) / far;
    return { x: middle.x + (x - middle.x) * factor, y: middle.y + (y - middle.y) * factor };
  }) as unknown as Corners;
}
