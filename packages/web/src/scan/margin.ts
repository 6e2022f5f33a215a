import {
  type Corners,
  type Homography,
  type Point,
  project,
  squareToCorners,
} from "@twobytwo/core/pictures/homography";
import { squarenessOf } from "./camera.ts";
import { type Edges, edgeAt } from "./edges.ts";
import { type Colour, colourAt, isLike, isPale } from "./paper.ts";
import type { Planes } from "./planes.ts";
import { cornersOf } from "./quads.ts";

/** A margin's width, in sides of the square that is known. */
const [narrowest, widest] = [0.03, 0.4];
/** Steps of the search, and of how far one end of a margin may be wider than the other, in the same. */
const stride = 0.0075;
const slant = 5;
const places = 48;
/** Edges that are looked at on each side. */
const most = 4;
interface Candidate {
  line: readonly [Point, Point];
  support: number;
  /** Share of what lies between that is paper. */
  clean: number;
  width: number;
}

export interface Margin {
  corners: Corners;
  /** 0 to 1: how sure it is that paper lies between, and that it ends here. */
  confidence: number;
}

/**
 * The square around a painted area that is the edge of its paper ("outwards"), or the painted area within a sheet
 * ("inwards"): edges beside all four sides with nothing but light, even paper between, that make a square together.
 *
 * @param still levels a pixel that count as half an edge
 */
export function acrossMargin(
  corners: Corners,
  direction: "outwards" | "inwards",
  { planes, edges, still }: { planes: Planes; edges: Edges; still: number },
): Margin | undefined {
  const plane = squareToCorners(corners);
  const sign = direction === "outwards" ? -1 : 1;
  const paper = paperBeside(plane, sign, planes);
  if (paper === undefined) return undefined;
  const sides = [0, 1, 2, 3].map((side) => candidatesOf(plane, side, sign, planes, edges, still, paper));
  let best: Margin | undefined;
  const [first = [], second = [], third = [], fourth = []] = sides;
  for (const a of first) {
    for (const b of second) {
      for (const c of third) {
        for (const d of fourth) {
          const found = together([a, b, c, d], planes);
          if (found !== undefined && found.confidence > (best?.confidence ?? 0)) best = found;
        }
      }
    }
  }
  return best;
}

/** Whether what lies around is light, without much colour and of one kind on all sides. */
export const isOnPaper = (corners: Corners, planes: Planes): boolean =>
  paperBeside(squareToCorners(corners), -1, planes) !== undefined;

function together(chosen: readonly Candidate[], size: { width: number; height: number }): Margin | undefined {
  const corners = cornersOf(chosen.map(({ line }) => line));
  if (corners === undefined) return undefined;
  const supports = chosen.map(({ support }) => support);
  const edge = 0.5 * Math.min(...supports) + 0.125 * supports.reduce((sum, support) => sum + support, 0);
  const clean = Math.min(...chosen.map((one) => one.clean));
  const widths = chosen.map(({ width }) => Math.log(width));
  const mean = widths.reduce((sum, width) => sum + width / 4, 0);
  const uneven = widths.reduce((sum, width) => sum + (width - mean) ** 2 / 4, 0);
  const confidence = edge * clean * squarenessOf(corners, size) ** 0.5 * Math.exp(-uneven);
  return { corners, confidence };
}

/** From (along, deep) beside a side to the plane of the square; deep is positive inside. */
function inPlane(side: number, along: number, deep: number): readonly [number, number] {
  if (side === 0) return [along, deep];
  if (side === 1) return [1 - deep, along];
  if (side === 2) return [1 - along, 1 - deep];
  return [deep, 1 - along];
}

/** Colours of the paper along each side, as shadows fall across it. */
type Paper = readonly (readonly Colour[])[];

/** Places at either hand that a place's colour is the middle of. */
const around = 4;

/** The colours close to each side; nothing where that is not paper: light, without much colour, and of one kind all around. */
function paperBeside(plane: Homography, sign: number, planes: Planes): Paper | undefined {
  const paper = [0, 1, 2, 3].map((side) => {
    const strips = Array.from({ length: places }, (_, place) =>
      [0.015, 0.025, 0.035].flatMap((deep) => {
        const along = 0.04 + (0.92 * (place + 0.5)) / places;
        const { x, y } = project(plane, ...inPlane(side, along, sign * deep));
        const colour = colourAt(planes, x, y);
        return colour === undefined ? [] : [colour];
      }),
    );
    return strips.map((_, place) => middleOf(strips.slice(Math.max(place - around, 0), place + around + 1).flat()));
  });
  const all = paper.flat();
  if (all.some((colour) => colour === undefined)) return undefined;
  const known = paper as Colour[][];
  const sides = known.map((colours) => middleOf(colours) as Colour);
  const spread = (channel: 1 | 2) => {
    const shares = sides.map((colour) => colour[channel] / colour[0]);
    return Math.max(...shares) - Math.min(...shares);
  };
  return sides.every(isPale) && spread(1) < 0.12 && spread(2) < 0.08 ? known : undefined;
}

/** Of each channel alone. */
function middleOf(colours: readonly Colour[]): Colour | undefined {
  if (colours.length === 0) return undefined;
  const middle = (channel: 0 | 1 | 2) =>
    colours.map((colour) => colour[channel]).sort((one, other) => one - other)[colours.length >> 1] as number;
  return [middle(0), middle(1), middle(2)];
}

function candidatesOf(
  plane: Homography,
  side: number,
  sign: number,
  planes: Planes,
  edges: Edges,
  still: number,
  papers: Paper,
): Candidate[] {
  const paper = papers[side] as readonly Colour[];
  const steps = Math.floor((widest - narrowest) / stride) + 1;
  const table = new Float32Array(steps * places);
  const clean = new Float32Array(steps);
  let seen = 0;
  let alike = 0;
  for (let at = 0; at < steps; at += 1) {
    const deep = narrowest + at * stride;
    clean[at] = seen === 0 ? 1 : alike / seen;
    for (let place = 0; place < places; place += 1) {
      // Outwards the side grows with the margin, inwards it shrinks.
      const inset = sign > 0 ? deep : -deep * 0.7;
      const along = inset + 0.04 + ((0.92 - 2 * inset) * (place + 0.5)) / places;
      const here = project(plane, ...inPlane(side, along, sign * deep));
      const beside = project(plane, ...inPlane(side, along + 0.01, sign * deep));
      table[at * places + place] = supportAt(edges, here, beside, still);
      const before = project(plane, ...inPlane(side, along, sign * (deep - 0.02)));
      const colour = colourAt(planes, before.x, before.y);
      if (colour === undefined) continue;
      seen += 1;
      const nearest = Math.min(Math.max(Math.floor(((along - 0.04) / 0.92) * places), 0), places - 1);
      if (isLike(colour, paper[nearest] as Colour)) alike += 1;
    }
  }
  const hills = Array.from({ length: steps }, (_, at) => ({ at, ...bestSlant(table, at, steps) }));
  return hills
    .filter(
      ({ at, support }) =>
        support > 0.3 &&
        (clean[at] as number) > 0.7 &&
        [-2, -1, 1, 2].every((step) => (hills[at + step]?.support ?? 0) <= support),
    )
    .sort((one, other) => other.support - one.support)
    .slice(0, most)
    .map(({ at, support, turn }) => {
      const deepAt = (share: number) => sign * (narrowest + (at + turn * (share - 0.5)) * stride);
      return {
        line: [project(plane, ...inPlane(side, 0, deepAt(0))), project(plane, ...inPlane(side, 1, deepAt(1)))] as const,
        support,
        clean: clean[at] as number,
        width: narrowest + at * stride,
      };
    });
}

function supportAt(edges: Edges, here: Point, beside: Point, still: number): number {
  const length = Math.hypot(beside.x - here.x, beside.y - here.y) || 1;
  const [nx, ny] = [(here.y - beside.y) / length, (beside.x - here.x) / length];
  let strength = 0;
  for (let aside = -1; aside <= 1; aside += 1)
    strength = Math.max(strength, edgeAt(edges, here.x + nx * aside, here.y + ny * aside, nx, ny));
  return strength / (strength + still);
}

function bestSlant(table: Float32Array, at: number, steps: number): { support: number; turn: number } {
  let best = { support: 0, turn: 0 };
  for (let turn = -slant; turn <= slant; turn += 1) {
    let sum = 0;
    for (let place = 0; place < places; place += 1) {
      const row = Math.round(at + turn * ((place + 0.5) / places - 0.5));
      if (row >= 0 && row < steps) sum += table[row * places + place] as number;
    }
    if (sum / places > best.support) best = { support: sum / places, turn };
  }
  return best;
}
