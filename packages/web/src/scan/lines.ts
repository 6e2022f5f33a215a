import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { squarenessOf } from "./camera.ts";
import { type Edges, edgeAt } from "./edges.ts";
import { areaOf, crossing, inOrder } from "./quads.ts";

/** x cos + y sin = distance. */
interface Line {
  cos: number;
  sin: number;
  distance: number;
  angle: number;
}

const angles = 180;
/** Pixels from one line to the next. */
const step = 1.5;
/** Degrees by which a pixel's own direction may be wrong. */
const spread = 2;
const mostLines = 30;
/** Of lines within 30 degrees of each other: the grain of wood is not all that there is. */
const mostAlike = 9;

/**
 * Four-sided figures made of the straight edges that are longest and strongest (Hough, with each pixel voting for its own direction),
 * best first.
 *
 * @param still levels a pixel that the table itself has
 */
export function figuresOf(edges: Edges, still: number, most: number): Corners[] {
  const lines = linesOf(edges, still);
  const supports = lines.map((line) => supportAlong(line, edges, still));
  const pairs = lines.flatMap((one, index) =>
    lines.slice(index + 1).flatMap((other, rest) => {
      const isOpposite = angleBetween(one, other) < 40;
      return isOpposite ? [[index, index + 1 + rest] as const] : [];
    }),
  );
  const found: { corners: Corners; score: number }[] = [];
  const size = edges.width * edges.height;
  for (let first = 0; first < pairs.length; first += 1) {
    for (let second = first + 1; second < pairs.length; second += 1) {
      const [a, b] = pairs[first] as readonly [number, number];
      const [c, d] = pairs[second] as readonly [number, number];
      if (a === c || a === d || b === c || b === d) continue;
      if (
        angleBetween(lines[a] as Line, lines[c] as Line) < 40 ||
        angleBetween(lines[b] as Line, lines[d] as Line) < 40
      )
        continue;
      const points = [
        meet(lines[a], lines[c]),
        meet(lines[c], lines[b]),
        meet(lines[b], lines[d]),
        meet(lines[d], lines[a]),
      ];
      const sides = [c, b, d, a];
      if (points.some((point) => point === undefined || !isWithin(point, edges))) continue;
      const [p, q, r, s] = points as [Point, Point, Point, Point];
      if (Math.abs(areaOf([p, q, r, s])) < 0.01 * size) continue;
      const shares = [
        supports[sides[0] as number]?.(p, q),
        supports[sides[1] as number]?.(q, r),
        supports[sides[2] as number]?.(r, s),
        supports[sides[3] as number]?.(s, p),
      ] as number[];
      const support = 0.5 * Math.min(...shares) + 0.125 * shares.reduce((sum, share) => sum + share, 0);
      if (support < 0.25) continue;
      const corners = inOrder([p, q, r, s]);
      if (corners === undefined) continue;
      const squareness = squarenessOf(corners, edges);
      if (squareness > 0.05) found.push({ corners, score: support * squareness ** 0.5 });
    }
  }
  return found
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ corners }) => corners);
}

const angleBetween = (one: Line, other: Line) => {
  const turn = Math.abs(one.angle - other.angle) % angles;
  return Math.min(turn, angles - turn);
};

function meet(one: Line | undefined, other: Line | undefined): Point | undefined {
  if (one === undefined || other === undefined) return undefined;
  return crossing(ends(one), ends(other));
}

const ends = ({ cos, sin, distance }: Line): [Point, Point] => [
  { x: cos * distance, y: sin * distance },
  { x: cos * distance - sin, y: sin * distance + cos },
];

const isWithin = ({ x, y }: Point, { width, height }: Edges) =>
  x > -0.02 * width && y > -0.02 * height && x < 1.02 * width && y < 1.02 * height;

function linesOf(edges: Edges, still: number): Line[] {
  const { width, height, strength, acrossX, acrossY } = edges;
  const radius = Math.ceil(Math.hypot(width, height) / step) + 1;
  const bins = radius * 2 + 1;
  const votes = new Float32Array(angles * bins);
  const turns = Array.from({ length: angles }, (_, angle) => ({
    cos: Math.cos((angle * Math.PI) / angles),
    sin: Math.sin((angle * Math.PI) / angles),
  }));
  for (let y = 2; y < height - 2; y += 1) {
    for (let x = 2, at = y * width + 2; x < width - 2; x += 1, at += 1) {
      const own = strength[at] as number;
      if (own < still * 1.5) continue;
      const [nx, ny] = [acrossX[at] as number, acrossY[at] as number];
      const over = Math.round(nx) + Math.round(ny) * width;
      // Only the ridge of an edge votes.
      if (own < (strength[at + over] as number) || own <= (strength[at - over] as number)) continue;
      const weight = own / (own + 2 * still);
      const direction = Math.round((Math.atan2(ny, nx) * angles) / Math.PI);
      for (let turn = -spread; turn <= spread; turn += 1) {
        const angle = (((direction + turn) % angles) + angles) % angles;
        const { cos, sin } = turns[angle] as { cos: number; sin: number };
        const bin = Math.round(((x + 0.5) * cos + (y + 0.5) * sin) / step) + radius;
        const slot = angle * bins + bin;
        votes[slot] = (votes[slot] as number) + weight;
      }
    }
  }
  return peaksOf(votes, bins, radius, turns, Math.min(width, height) * 0.08);
}

function peaksOf(
  votes: Float32Array,
  bins: number,
  radius: number,
  turns: readonly { cos: number; sin: number }[],
  least: number,
): Line[] {
  const order: number[] = [];
  for (let slot = 0; slot < votes.length; slot += 1) if ((votes[slot] as number) > least) order.push(slot);
  order.sort((one, other) => (votes[other] as number) - (votes[one] as number));
  const lines: Line[] = [];
  for (const slot of order) {
    if (lines.length >= mostLines) break;
    const angle = Math.floor(slot / bins);
    const { cos, sin } = turns[angle] as { cos: number; sin: number };
    const line = { cos, sin, angle, distance: (slot - angle * bins - radius) * step };
    const isTaken = lines.some((other) => isSame(line, other));
    if (isTaken || lines.filter((other) => angleBetween(line, other) < 15).length >= mostAlike) continue;
    lines.push(line);
  }
  return lines;
}

function isSame(one: Line, other: Line): boolean {
  if (angleBetween(one, other) > 5) return false;
  // Angles 179 and 1 are neighbours whose distances have opposite signs.
  const facing = one.cos * other.cos + one.sin * other.sin > 0 ? other.distance : -other.distance;
  return Math.abs(one.distance - facing) < 5;
}

/** How much of the line between two of its points is an edge, 0 to 1; the sums are made once a line. */
function supportAlong({ cos, sin, distance }: Line, edges: Edges, still: number): (from: Point, to: Point) => number {
  const reach = Math.ceil(Math.hypot(edges.width, edges.height));
  const sums = new Float32Array(reach * 2 + 2);
  for (let along = -reach; along <= reach; along += 1) {
    const [x, y] = [cos * distance - sin * along, sin * distance + cos * along];
    let strongest = 0;
    for (let aside = -1.5; aside <= 1.5; aside += 1)
      strongest = Math.max(strongest, edgeAt(edges, x + cos * aside, y + sin * aside, cos, sin));
    const at = along + reach;
    sums[at + 1] = (sums[at] as number) + strongest / (strongest + 2 * still);
  }
  const place = ({ x, y }: Point) => Math.min(Math.max(Math.round(-sin * x + cos * y) + reach, 0), reach * 2 + 1);
  return (from, to) => {
    const [start, end] = [place(from), place(to)];
    return start === end ? 0 : Math.abs((sums[end] as number) - (sums[start] as number)) / Math.abs(end - start);
  };
}
