/**
 * A place in a picture. Continuous: (0, 0) is the outer corner of the first pixel, whose middle is (0.5, 0.5), and
 * (width, height) the outer corner of the last. Fractions of the picture are the same divided by its width and height.
 */
export interface Point {
  x: number;
  y: number;
}

/** Of a square as it is seen: clockwise from the top left. */
export type Corners = readonly [Point, Point, Point, Point];

/** Row by row, the last one 1: (x, y) goes to ((ax + by + c) / w, (dx + ey + f) / w) with w = gx + hy + 1. */
export interface Homography {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
  g: number;
  h: number;
}

/**
 * Takes the unit square to the four corners: (0, 0) to the first, (1, 0) to the second, (1, 1) to the third.
 * Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), section 2.2.3.
 */
export function squareToCorners([first, second, third, fourth]: Corners): Homography {
  const across = { x: second.x - third.x, y: second.y - third.y };
  const down = { x: fourth.x - third.x, y: fourth.y - third.y };
  const bend = { x: first.x - second.x + third.x - fourth.x, y: first.y - second.y + third.y - fourth.y };
  const area = across.x * down.y - down.x * across.y;
  const g = (bend.x * down.y - down.x * bend.y) / area;
  const h = (across.x * bend.y - bend.x * across.y) / area;
  return {
    a: second.x - first.x + g * second.x,
    b: fourth.x - first.x + h * fourth.x,
    c: first.x,
    d: second.y - first.y + g * second.y,
    e: fourth.y - first.y + h * fourth.y,
    f: first.y,
    g,
    h,
  };
}

/** The way back. */
export function invert({ a, b, c, d, e, f, g, h }: Homography): Homography {
  const scale = a * e - b * d;
  return {
    a: (e - f * h) / scale,
    b: (c * h - b) / scale,
    c: (b * f - c * e) / scale,
    d: (f * g - d) / scale,
    e: (a - c * g) / scale,
    f: (c * d - a * f) / scale,
    g: (d * h - e * g) / scale,
    h: (b * g - a * h) / scale,
  };
}

export function project({ a, b, c, d, e, f, g, h }: Homography, x: number, y: number): Point {
  const w = g * x + h * y + 1;
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
}

/** Whether every corner turns to the right, as those of a square do from wherever it is seen. */
export function isConvex(corners: Corners): boolean {
  return corners.every((corner, index) => {
    const next = corners[(index + 1) % 4] as Point;
    const after = corners[(index + 2) % 4] as Point;
    return (next.x - corner.x) * (after.y - next.y) - (next.y - corner.y) * (after.x - next.x) > 1e-9;
  });
}

/** Length of the longest side. */
export function longestSide(corners: Corners): number {
  return Math.max(
    ...corners.map((corner, index) => {
      const next = corners[(index + 1) % 4] as Point;
      return Math.hypot(next.x - corner.x, next.y - corner.y);
    }),
  );
}
