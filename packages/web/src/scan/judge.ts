import {
  type Corners,
  type Homography,
  longestSide,
  project,
  squareToCorners,
} from "@twobytwo/core/pictures/homography";
import { squarenessOf } from "./camera.ts";
import { type Ground, tableWithin } from "./ground.ts";
import { type Colour, colourAt, isLike, isPale } from "./paper.ts";
import type { Planes } from "./planes.ts";
import type { Snapped } from "./sides.ts";

/** What speaks for a square, each from 0 to 1. */
export interface Evidence {
  /** How much of the four sides is an edge, the weakest of them counting most. */
  edge: number;
  /** How much of what lies just outside is table, or paper. */
  outside: number;
  /** How much of what lies inside is not. */
  inside: number;
  /** How much of what lies just inside is not table, at the side where it is least. */
  rim: number;
  squareness: number;
  /** Share of the picture. */
  size: number;
}

const grid = 14;
const bandPlaces = 20;
/** How far outside it is looked, in sides. */
const bands = [0.035, 0.06, 0.085] as const;

export function evidenceOf({ corners, supports }: Snapped, ground: Ground, planes: Planes): Evidence {
  const plane = squareToCorners(corners);
  const at = (map: Float32Array, u: number, v: number) => {
    const { x, y } = project(plane, u, v);
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (column < 0 || row < 0 || column >= ground.width || row >= ground.height) return undefined;
    return map[row * ground.width + column];
  };
  let table = 0;
  let seen = 0;
  for (let place = 0; place < bandPlaces; place += 1) {
    const along = (place + 0.5) / bandPlaces;
    for (const far of bands) {
      for (const [u, v] of [
        [along, -far],
        [along, 1 + far],
        [-far, along],
        [1 + far, along],
      ] as const) {
        const distance = at(ground.unshaded, u, v);
        if (distance === undefined) continue;
        seen += 1;
        if (distance < tableWithin) table += 1;
      }
    }
  }
  const skin = 1.5 / longestSide(corners);
  const rimDepths = [0.01 + skin, 0.025 + skin];
  const rims = [0, 0, 0, 0];
  for (let place = 0; place < bandPlaces; place += 1) {
    const along = 0.05 + (0.9 * (place + 0.5)) / bandPlaces;
    for (const deep of rimDepths) {
      for (const [side, [u, v]] of (
        [
          [along, deep],
          [1 - deep, along],
          [along, 1 - deep],
          [deep, along],
        ] as const
      ).entries()) {
        if ((at(ground.unshaded, u, v) ?? 0) > tableWithin) rims[side] = (rims[side] as number) + 0.5 / bandPlaces;
      }
    }
  }
  let other = 0;
  for (let index = 0; index < grid * grid; index += 1) {
    const distance = at(ground.distance, ((index % grid) + 0.5) / grid, (Math.floor(index / grid) + 0.5) / grid);
    if ((distance ?? 0) > tableWithin) other += 1;
  }
  const mean = supports.reduce((sum, support) => sum + support / 4, 0);
  return {
    edge: 0.5 * mean + 0.5 * Math.min(...supports),
    // A square whose surroundings are not in the picture is not known to end there.
    outside: seen < bandPlaces * 4 ? 0 : Math.max(table / seen, paperAround(plane, planes)),
    inside: other / (grid * grid),
    rim: Math.min(...rims),
    squareness: squarenessOf(corners, ground),
    size: sizeOf(corners, ground),
  };
}

/** Share of the surroundings that is pale and the same at every distance: paper, whatever the light along it. */
function paperAround(plane: Homography, planes: Planes): number {
  let paper = 0;
  for (let place = 0; place < bandPlaces; place += 1) {
    const along = (place + 0.5) / bandPlaces;
    for (const side of [0, 1, 2, 3]) {
      const strip = bands.map((far) => {
        const [u, v] = [
          [along, -far],
          [1 + far, along],
          [along, 1 + far],
          [-far, along],
        ][side] as [number, number];
        const { x, y } = project(plane, u, v);
        return colourAt(planes, x, y);
      });
      if (isOnePaper(strip)) paper += 1;
    }
  }
  return paper / (bandPlaces * 4);
}

function isOnePaper(strip: readonly (Colour | undefined)[]): boolean {
  const [first] = strip;
  if (first === undefined || !isPale(first)) return false;
  return strip.every((colour) => colour !== undefined && isPale(colour) && isLike(colour, first));
}

function sizeOf(corners: Corners, { width, height }: { width: number; height: number }): number {
  let twice = 0;
  for (const [index, { x, y }] of corners.entries()) {
    const next = corners[(index + 1) % 4] ?? { x, y };
    twice += x * next.y - next.x * y;
  }
  return Math.abs(twice) / 2 / (width * height);
}

/** From 0 to 1. */
export function confidenceOf({ edge, outside, inside, rim, squareness, size }: Evidence): number {
  const stands = Math.min(1, inside / 0.3);
  const ends = 0.85 + 0.15 * Math.min(1, rim / 0.8);
  return (
    edge * ends * (0.35 + 0.65 * outside) * (0.3 + 0.7 * stands) * squareness ** 0.5 * Math.min(1, size / 0.02) ** 0.25
  );
}
