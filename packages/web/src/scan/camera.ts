import { type Corners, longestSide, squareToCorners } from "@twobytwo/core/pictures/homography";

/** Focal lengths of telephones in long sides of the picture, from a wide lens to a telephoto or a cut picture. */
const focals = [0.62, 0.72, 0.82, 0.95, 1.15, 1.5, 2.2, 4];
/** How wrong the ratio of the sides (a logarithm) and the angle (its cosine) may be, and by how many pixels a corner. */
const tolerance = { share: 0.06, pixels: 1.2 } as const;

/**
 * How well four corners can be a square that a telephone sees, from 0 to 1: with the focal length that suits it best, the
 * plane's two directions have to be equally long and at right angles (Zhang, A flexible new technique for camera calibration,
 * 2000, equations 3 and 4). Of a small square the tilt is hardly known, and less is asked.
 */
export function squarenessOf(corners: Corners, { width, height }: { width: number; height: number }): number {
  const { a, b, c, d, e, f, g, h } = squareToCorners(corners);
  if (![a, b, c, d, e, f, g, h].every(Number.isFinite)) return 0;
  const long = Math.max(width, height);
  // With the middle of the picture as origin.
  const [x, y] = [width / 2, height / 2];
  const across = { x: a - g * x, y: d - g * y };
  const down = { x: b - h * x, y: e - h * y };
  const blur = tolerance.pixels / longestSide(corners);
  let best = 0;
  for (const focal of focals) {
    const unit = focal * long;
    const first = Math.hypot(across.x / unit, across.y / unit, g);
    const second = Math.hypot(down.x / unit, down.y / unit, h);
    const dot = (across.x * down.x + across.y * down.y) / unit ** 2 + g * h;
    const inRatio = (Math.abs(g) / first ** 2 + Math.abs(h) / second ** 2) * blur;
    const inAngle = ((Math.abs(g) + Math.abs(h)) / (first * second)) * blur;
    const ratio = Math.log(first / second) / (tolerance.share + blur + Math.min(inRatio, 0.15));
    const angle = dot / (first * second) / (tolerance.share + blur + Math.min(inAngle, 0.15));
    best = Math.max(best, Math.exp(-(ratio ** 2 + angle ** 2) / 2));
  }
  return best;
}
