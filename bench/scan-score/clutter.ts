import { type Homography, invert, project } from "@twobytwo/core/pictures/homography";
import type { Colour } from "./grounds.ts";
import type { Chance } from "./noise.ts";

/** Something else on the table: a cup, a brush, a card. It is never square, and never touches the painting. */
export interface Clutter {
  x: number;
  y: number;
  angle: number;
  /** Half of its length and width, in sides of a painting; a round one has both the same. */
  reach: readonly [number, number];
  isRound: boolean;
  colours: readonly [Colour, Colour];
  /** Width of its stripes, or of a cup's rim. */
  stripe: number;
}

const painting = 0.72;

/** Things lying about, more of them towards the edge of the picture, which some of them cross. */
export function clutterAround(chance: Chance, camera: Homography, size: { width: number; height: number }): Clutter[] {
  const back = invert(camera);
  const things: Clutter[] = [];
  const count = 5 + Math.floor(chance() * 9);
  for (let attempt = 0; attempt < 200 && things.length < count; attempt += 1) {
    const { x, y } = project(back, chance.between(-0.04, 1.04) * size.width, chance.between(-0.04, 1.04) * size.height);
    const thing = thingAt(chance, x, y);
    const radius = Math.hypot(...thing.reach);
    const isFree =
      clears(thing) && things.every((other) => Math.hypot(other.x - x, other.y - y) > Math.min(radius, 0.3));
    if (isFree) things.push(thing);
  }
  return things;
}

/** No point of it lies within the circle around the painting. */
function clears({ x, y, angle, reach: [long, wide] }: Clutter): boolean {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [along, across] = [-x * cos - y * sin, x * sin - y * cos];
  return Math.hypot(Math.max(Math.abs(along) - long, 0), Math.max(Math.abs(across) - wide, 0)) > painting;
}

function thingAt(chance: Chance, x: number, y: number): Clutter {
  const colour = (): Colour => [chance.between(10, 250), chance.between(10, 250), chance.between(10, 250)];
  const shared = { x, y, angle: chance() * Math.PI, colours: [colour(), colour()] as const };
  const kind = chance.pick(["cup", "brush", "brush", "card"]);
  if (kind === "cup") {
    const radius = chance.between(0.12, 0.26);
    return { ...shared, reach: [radius, radius], isRound: true, stripe: radius * chance.between(0.1, 0.4) };
  }
  if (kind === "brush") {
    const wide = chance.between(0.012, 0.04);
    return { ...shared, reach: [chance.between(0.3, 0.8), wide], isRound: false, stripe: chance.between(0.1, 0.4) };
  }
  const wide = chance.between(0.1, 0.26);
  return {
    ...shared,
    reach: [wide * chance.between(1.35, 2), wide],
    isRound: false,
    stripe: chance.between(0.02, 0.2),
  };
}
