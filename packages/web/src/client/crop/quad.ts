import { type Corners, isConvex, type Point } from "@twobytwo/core/pictures/homography";
import type { Corners as Fractions } from "../../contract.ts";

/** Four corners as fractions of the picture's width and height, clockwise from the top left. */
export type Quad = Fractions;

const clamp = (value: number) => Math.min(1, Math.max(0, value));

export function quadOf(corners: Corners, { width, height }: { width: number; height: number }): Quad {
  const part = ({ x, y }: Point): Quad[number] => [clamp(x / width), clamp(y / height)];
  const [a, b, c, d] = corners;
  return [part(a), part(b), part(c), part(d)];
}

export function cornersOf(quad: Quad, { width, height }: { width: number; height: number }): Corners {
  const point = ([x, y]: Quad[number]): Point => ({ x: x * width, y: y * height });
  const [a, b, c, d] = quad;
  return [point(a), point(b), point(c), point(d)];
}

/** A large square in the middle, with its handles clear of the edges. */
export function insetQuad({ width, height }: { width: number; height: number }): Quad {
  const side = Math.min(width, height) * 0.84;
  const [x, y] = [(width - side) / 2 / width, (height - side) / 2 / height];
  return [
    [x, y],
    [1 - x, y],
    [1 - x, 1 - y],
    [x, 1 - y],
  ];
}

/** Moves a corner; returns `quad` itself if the shape would turn inside out. */
export function moveCorner(quad: Quad, index: number, to: readonly [number, number]): Quad {
  const moved = quad.map((corner, at) => (at === index ? [clamp(to[0]), clamp(to[1])] : corner)) as unknown as Quad;
  return isConvex(cornersOf(moved, { width: 1, height: 1 })) ? moved : quad;
}
