import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { type Edges, edgeAt } from "./edges.ts";
import { cornersOf } from "./quads.ts";

/** Places along a side at which it is looked at; the corners themselves are round, or show two edges at once. */
const places = 56;
const cornerShare = 0.04;

export interface Snapped {
  corners: Corners;
  /** How much of each side is an edge, 0 to 1. */
  supports: readonly [number, number, number, number];
}

/**
 * Moves each side by up to `reach` pixels at either end to where most of it is an edge.
 *
 * @param still levels a pixel that count half
 */
export function snapped(corners: Corners, edges: Edges, still: number, reach: number): Snapped | undefined {
  const found = corners.map((from, index) => bestShift(from, corners[(index + 1) % 4] as Point, edges, still, reach));
  const moved = cornersOf(found.map(({ side }) => side));
  if (moved === undefined) return undefined;
  return { corners: moved, supports: found.map(({ support }) => support) as unknown as Snapped["supports"] };
}

function bestShift(from: Point, to: Point, edges: Edges, still: number, reach: number) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const normal = { x: (to.y - from.y) / length, y: (from.x - to.x) / length };
  const shifts = Math.round(reach) * 2 + 1;
  const table = new Float32Array(places * shifts);
  for (let place = 0; place < places; place += 1) {
    const share = cornerShare + ((1 - 2 * cornerShare) * (place + 0.5)) / places;
    for (let shift = 0; shift < shifts; shift += 1) {
      const by = shift - (shifts - 1) / 2;
      const x = from.x + (to.x - from.x) * share + normal.x * by;
      const y = from.y + (to.y - from.y) * share + normal.y * by;
      const strength = edgeAt(edges, x, y, normal.x, normal.y);
      table[place * shifts + shift] = strength / (strength + still);
    }
  }
  let best = { start: 0, end: 0, support: -1 };
  for (let start = 0; start < shifts; start += 1) {
    for (let end = 0; end < shifts; end += 1) {
      let sum = 0;
      for (let place = 0; place < places; place += 1) {
        const share = cornerShare + ((1 - 2 * cornerShare) * (place + 0.5)) / places;
        sum += table[place * shifts + Math.round(start + (end - start) * share)] as number;
      }
      if (sum > best.support) best = { start, end, support: sum };
    }
  }
  const shiftOf = (point: Point, index: number) => {
    const by = index - (shifts - 1) / 2;
    return { x: point.x + normal.x * by, y: point.y + normal.y * by };
  };
  const side = [shiftOf(from, best.start), shiftOf(to, best.end)] as const;
  return { side, support: best.support / places };
}
