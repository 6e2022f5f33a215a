import { TaskError } from "../errors.ts";
import { free } from "./free.ts";
import { type Corners, isConvex, longestSide, type Point } from "./homography.ts";
import type { Rgb } from "./likeness.ts";
import { type PictureSource, pixelsOf, readHeader, withPicture } from "./read.ts";
import { warp } from "./warp.ts";
import { applyGains, greyReach, greyReference } from "./white-balance.ts";

export interface RectifyOptions {
  /** Longest side of the crop, in pixels. */
  maxSide?: number;
  /** A place that is grey or white in truth, in fractions of the upright picture: the crop gets its white balance from there. */
  grey?: Point;
}

/** How far outside the picture a corner may lie, in shares of it: a hand that drags past the edge. */
const outside = 0.05;
/** Pixels of a side, below which it shows nothing. */
const least = 16;
/** Pixels around what is cut out, for the sampling at its edges. */
const rim = 4;

/**
 * Makes the full-size crop of a photograph: turns it upright by its EXIF, once, converts it to sRGB, and looks straight at the
 * square that the corners show, with the geometry of the phone's own crop.
 *
 * @param corners clockwise from the top left, in fractions (0 to 1) of the upright picture
 * @returns a side as long as the longest one in the photograph, `maxSide` at most
 * @throws Rejected for corners that no square has; MediaInvalid as `readHeader` and `withPicture` do.
 */
export async function rectify(
  source: PictureSource,
  corners: Corners,
  { maxSide = 4096, grey }: RectifyOptions = {},
): Promise<Rgb> {
  requireCorners(source.name, corners);
  const header = await readHeader(source);
  return withPicture(source, header, async (picture) => {
    const { width, height, autoOrient } = await picture.metadata();
    const upright = { width: autoOrient.width ?? width, height: autoOrient.height ?? height };
    const place = ({ x, y }: Point) => ({ x: x * upright.width, y: y * upright.height });
    const placed = corners.map(place);
    const side = Math.round(longestSide(placed as unknown as Corners));
    if (side < least)
      throw new TaskError(
        "rejected",
        `The corners of ${source.name} enclose ${side} pixels: set them around the painting.`,
      );
    const radius = Math.max(2, greyReach * Math.min(upright.width, upright.height));
    const needed = grey === undefined ? placed : [...placed, ...around(place(grey), radius)];
    const box = boundsOf(needed, upright);
    const photo = await pixelsOf(picture.extract(box), header);
    const inBox = ({ x, y }: Point) => ({ x: x - box.left, y: y - box.top });
    const cut = warp(photo, placed.map(inBox) as unknown as Corners, Math.min(side, maxSide));
    if (grey !== undefined) applyGains(cut, greyReference(photo, inBox(place(grey)), radius));
    free(photo.data);
    return { width: cut.width, height: cut.height, data: Buffer.from(cut.data.buffer) };
  });
}

function requireCorners(name: string, corners: Corners): void {
  const isInside = ({ x, y }: Point) => [x, y].every((value) => value >= -outside && value <= 1 + outside);
  if (corners.length === 4 && corners.every(isInside) && isConvex(corners)) return;
  throw new TaskError(
    "rejected",
    `The corners of ${name} do not form a square: give four corners, clockwise from the top left, as fractions of the picture.`,
  );
}

const around = ({ x, y }: Point, radius: number) => [
  { x: x - radius, y: y - radius },
  { x: x + radius, y: y + radius },
];

function boundsOf(points: readonly Point[], { width, height }: { width: number; height: number }) {
  const span = (values: number[], limit: number) => {
    const from = Math.min(Math.max(Math.floor(Math.min(...values)) - rim, 0), limit - 1);
    const to = Math.max(Math.min(Math.ceil(Math.max(...values)) + rim, limit), from + 1);
    return [from, to - from] as const;
  };
  const [left, across] = span(
    points.map(({ x }) => x),
    width,
  );
  const [top, down] = span(
    points.map(({ y }) => y),
    height,
  );
  return { left, top, width: across, height: down };
}
