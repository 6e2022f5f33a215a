import { type Corners, isConvex, type Point } from "@twobytwo/core/pictures/homography";
import type { Corners as Fractions } from "../../contract.ts";

/** Four corners as fractions of the picture's width and height, clockwise; the first becomes the top left of the square. */
export type Quad = Fractions;
export type Place = Quad[number];
interface Size {
  width: number;
  height: number;
}

/** A side that is shorter than this share of the picture's short side shows nothing. */
const least = 0.03;
const clamp = (value: number, most = 1) => Math.min(most, Math.max(0, value));
/** Allows for rounding, in pixels. */
const rounding = 0.5;

export function quadOf(corners: Corners, { width, height }: Size): Quad {
  return corners.map(({ x, y }) => [clamp(x / width), clamp(y / height)]) as Quad;
}

export function cornersOf(quad: Quad, { width, height }: Size): Corners {
  return quad.map(([x, y]): Point => ({ x: x * width, y: y * height })) as unknown as Corners;
}

/** An upright square within the picture, as near to `middle` (in pixels) as there is room. */
function squareAt(middle: Point, side: number, size: Size): Quad {
  const left = clamp(middle.x - side / 2, size.width - side);
  const top = clamp(middle.y - side / 2, size.height - side);
  const [right, low] = [left + side, top + side];
  return quadOf(
    [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: low },
      { x: left, y: low },
    ],
    size,
  );
}

/** The largest square in the middle: what is posted of a picture that nobody has cropped. */
export const middleQuad = (size: Size): Quad =>
  squareAt({ x: size.width / 2, y: size.height / 2 }, Math.min(size.width, size.height), size);

/** A square to begin with, around a place that a person has pointed at. */
export const quadAround = ([x, y]: Place, size: Size): Quad =>
  squareAt({ x: x * size.width, y: y * size.height }, Math.min(size.width, size.height) / 3, size);

/** Moves a corner; returns `quad` itself if the shape would turn inside out. */
export function moveCorner(quad: Quad, index: number, [x, y]: Place): Quad {
  const moved = quad.map((corner, at) => (at === index ? [clamp(x), clamp(y)] : corner)) as Quad;
  return isConvex(cornersOf(moved, { width: 1, height: 1 })) ? moved : quad;
}

/** Moves a corner of an upright square, which stays one: the opposite corner stays where it is. */
export function resizeSquare(quad: Quad, index: number, [x, y]: Place, size: Size): Quad {
  const corners = cornersOf(quad, size);
  const at = (step: number) => corners[(index + step) % 4] as Point;
  const [from, fixed, next] = [at(0), at(2), at(1)];
  const [right, down] = [Math.sign(from.x - fixed.x), Math.sign(from.y - fixed.y)];
  const wanted = ((x * size.width - fixed.x) * right + (y * size.height - fixed.y) * down) / 2;
  const room = Math.min(right > 0 ? size.width - fixed.x : fixed.x, down > 0 ? size.height - fixed.y : fixed.y);
  const side = Math.min(Math.max(wanted, least * Math.min(size.width, size.height)), room);
  const moved = { x: fixed.x + right * side, y: fixed.y + down * side };
  const beside = [
    { x: moved.x, y: fixed.y },
    { x: fixed.x, y: moved.y },
  ];
  const [after, before] = Math.abs(next.x - from.x) < Math.abs(next.y - from.y) ? beside : beside.reverse();
  const turned = [moved, after, fixed, before];
  return quadOf([0, 1, 2, 3].map((step) => turned[(step - index + 4) % 4]) as unknown as Corners, size);
}

/** Moves all of it, as far as the picture goes. */
export function moveQuad(quad: Quad, [x, y]: Place): Quad {
  const within = (by: number, values: number[]) =>
    Math.min(Math.max(by, -Math.min(...values)), 1 - Math.max(...values));
  const right = within(
    x,
    quad.map(([across]) => across),
  );
  const down = within(
    y,
    quad.map(([, along]) => along),
  );
  return quad.map(([across, along]) => [clamp(across + right), clamp(along + down)]) as Quad;
}

/** The square turned clockwise by a quarter. */
export const turned = ([a, b, c, d]: Quad): Quad => [d, a, b, c];

/** Which corner stands at the top left of the picture. */
export function topLeftOf(quad: Quad, size: Size): number {
  const sums = cornersOf(quad, size).map(({ x, y }) => x + y);
  return sums.indexOf(Math.min(...sums));
}

/** The upright square that is most like it, turned as it is. */
export function uprightOf(quad: Quad, size: Size): Quad {
  const corners = cornersOf(quad, size);
  const middle = { x: 0, y: 0 };
  let around = 0;
  for (const [index, corner] of corners.entries()) {
    const next = corners[(index + 1) % 4] as Point;
    middle.x += corner.x / 4;
    middle.y += corner.y / 4;
    around += Math.hypot(next.x - corner.x, next.y - corner.y);
  }
  let square = squareAt(middle, Math.min(around / 4, size.width, size.height), size);
  for (let turns = topLeftOf(quad, size); turns > 0; turns -= 1) square = turned(square);
  return square;
}

export function isUpright(quad: Quad, size: Size): boolean {
  const upright = cornersOf(uprightOf(quad, size), size);
  return cornersOf(quad, size).every(
    ({ x, y }, index) => Math.hypot(x - (upright[index] as Point).x, y - (upright[index] as Point).y) < rounding,
  );
}
