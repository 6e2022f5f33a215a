import { type Corners, isConvex, type Point } from "@twobytwo/core/pictures/homography";

/** Twice the signed area is positive for points that go clockwise on a screen. */
export function areaOf(points: readonly Point[]): number {
  let sum = 0;
  for (let at = 0; at < points.length; at += 1) {
    const from = points[at] as Point;
    const to = points[(at + 1) % points.length] as Point;
    sum += from.x * to.y - to.x * from.y;
  }
  return sum / 2;
}

function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** Clockwise, beginning with the corner that is the top left one to a person: nearest to it after centring. */
export function inOrder(points: readonly Point[]): Corners | undefined {
  const middle = middleOf(points);
  const turning = [...points].sort(
    (one, other) => Math.atan2(one.y - middle.y, one.x - middle.x) - Math.atan2(other.y - middle.y, other.x - middle.x),
  );
  const sums = turning.map(({ x, y }) => x + y);
  const first = sums.indexOf(Math.min(...sums));
  const [a, b, c, d] = [0, 1, 2, 3].map((step) => turning[(first + step) % 4]);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  const corners: Corners = [a, b, c, d];
  return isConvex(corners) ? corners : undefined;
}

/** Where two lines meet, each through two points. */
export function crossing([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): Point | undefined {
  const [ax, ay] = [b.x - a.x, b.y - a.y];
  const [bx, by] = [d.x - c.x, d.y - c.y];
  const turn = ax * by - ay * bx;
  if (Math.abs(turn) < 1e-9 * Math.hypot(ax, ay) * Math.hypot(bx, by)) return undefined;
  const along = ((c.x - a.x) * by - (c.y - a.y) * bx) / turn;
  return { x: a.x + along * ax, y: a.y + along * ay };
}

/** The corners that four sides have, in the order of the sides: the first corner is where the last side meets the first. */
export function cornersOf(sides: readonly (readonly [Point, Point])[]): Corners | undefined {
  const found = sides.map((side, index) => crossing(sides[(index + 3) % 4] as readonly [Point, Point], side));
  const [a, b, c, d] = found;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  const corners: Corners = [a, b, c, d];
  return isConvex(corners) ? corners : undefined;
}

/** Area that two convex figures share (Sutherland and Hodgman). */
export function sharedArea(one: readonly Point[], other: readonly Point[]): number {
  let clipped: Point[] = [...one];
  for (let at = 0; at < other.length && clipped.length > 2; at += 1) {
    const from = other[at] as Point;
    const to = other[(at + 1) % other.length] as Point;
    const side = ({ x, y }: Point) => (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    clipped = clipped.flatMap((point, index) => {
      const next = clipped[(index + 1) % clipped.length] as Point;
      const [here, there] = [side(point), side(next)];
      const kept = here >= 0 ? [point] : [];
      if (here >= 0 === there >= 0) return kept;
      const along = here / (here - there);
      return [...kept, { x: point.x + along * (next.x - point.x), y: point.y + along * (next.y - point.y) }];
    });
  }
  return clipped.length > 2 ? Math.abs(areaOf(clipped)) : 0;
}

export const isWithin = (place: Point, corners: Corners): boolean =>
  corners.every((from, index) => areaOf([from, corners[(index + 1) % 4] as Point, place]) > 0);

/** Intersection over union: 1 for the same, 0 for apart. */
export function overlapOf(one: readonly Point[], other: readonly Point[]): number {
  const shared = sharedArea(one, other);
  return shared / (Math.abs(areaOf(one)) + Math.abs(areaOf(other)) - shared);
}

export const scaled = (corners: Corners, across: number, down: number): Corners =>
  corners.map(({ x, y }) => ({ x: x * across, y: y * down })) as unknown as Corners;
