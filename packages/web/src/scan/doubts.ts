import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { type Edges, edgeAt } from "./edges.ts";

/** Where it is looked beyond a corner, in lengths of the side that is made longer. */
const [nearest, farthest] = [0.03, 0.15];
const places = 24;
/** Pixels at either hand of the line. */
const aside = 1;

/**
 * Whether the figure seems to go on beyond one of its sides, from 0 to 1: how much of both neighbours of that side, made longer, is still
 * an edge. Then that side is a line within the picture, or of its writing, and what was meant is larger.
 *
 * @param still levels a pixel that count as half an edge
 */
export function goingOn(corners: Corners, { edges, still }: { edges: Edges; still: number }): number {
  const beyond = corners.map((corner, index) => {
    const [before, after] = [corners[(index + 3) % 4] as Point, corners[(index + 1) % 4] as Point];
    return {
      ofBefore: supportBeyond(before, corner, edges, still),
      ofAfter: supportBeyond(after, corner, edges, still),
    };
  });
  // The side from a corner to the next lies between the one before, which ends here, and the one after, which begins there.
  return Math.max(...beyond.map(({ ofBefore }, index) => Math.min(ofBefore, beyond[(index + 1) % 4]?.ofAfter ?? 0)));
}

function supportBeyond(from: Point, to: Point, edges: Edges, still: number): number {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const normal = { x: (to.y - from.y) / length, y: (from.x - to.x) / length };
  let sum = 0;
  for (let place = 0; place < places; place += 1) {
    const far = 1 + nearest + ((farthest - nearest) * (place + 0.5)) / places;
    let strength = 0;
    for (let by = -aside; by <= aside; by += 0.5) {
      const x = from.x + (to.x - from.x) * far + normal.x * by;
      const y = from.y + (to.y - from.y) * far + normal.y * by;
      strength = Math.max(strength, edgeAt(edges, x, y, normal.x, normal.y));
    }
    sum += strength / (strength + still) / places;
  }
  return sum;
}
