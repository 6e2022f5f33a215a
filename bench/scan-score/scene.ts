import {
  type Corners,
  type Homography,
  type Point,
  project,
  squareToCorners,
} from "@twobytwo/core/pictures/homography";
import { type Clutter, clutterAround } from "./clutter.ts";
import { darkGround, type Ground, lightGround, whiteGround, woodGround } from "./grounds.ts";
import { type Chance, chanceOf } from "./noise.ts";
import { type Painting, paintingOf } from "./paintings.ts";

export const grounds = ["dark", "light", "wood", "clutter", "white", "margin", "several"] as const;
/**
 * What a painting lies on. The first four are boards without a margin; "white" is a sheet with a margin on a white table,
 * "margin" the same on a dark or a wooden one, "several" two to nine boards on a plain or a wooden one.
 */
export type GroundName = (typeof grounds)[number];

/** A board or a sheet on the table; lengths in the side of a painting, angles in radians. */
export interface Sheet {
  middle: Point;
  angle: number;
  /** Of the painted area. */
  side: number;
  /** White paper around it, on each side; 0 for a board. */
  margin: number;
  paper: number;
  /** How high its upper face lies above the table: how far its shadow falls. */
  height: number;
  painting: Painting;
  /** How unsteady the brush was at the edge of the painted area, on paper. */
  wobble: number;
}

export interface Scene {
  ground: GroundName;
  width: number;
  height: number;
  /** From the table to the picture, in pixels. */
  camera: Homography;
  table: Ground;
  clutter: readonly Clutter[];
  sheets: readonly Sheet[];
  light: Light;
  lens: Lens;
}

export interface Light {
  /** The way that shadows fall, and how dark they are. */
  shadow: Point & { depth: number };
  /** Change of the brightness a unit. */
  fall: Point;
  /** A large soft shadow, of the person or the phone: half a plane, its border a line through `at`. */
  dusk: { at: Point; normal: Point; softness: number; depth: number };
}

export interface Lens {
  /** Standard deviations: of the blur in pixels, of the noise in levels. */
  blur: number;
  noise: number;
  /** Direction and length of a shake, in pixels. */
  shake: Point;
  gains: readonly [number, number, number];
  vignette: number;
  jpegQuality: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Everything about a photograph of a painting, drawn by a seed; `renderScene` makes the picture. */
export function sceneOf(ground: GroundName, seed: number, paintings: readonly Painting[], size: Size): Scene {
  const chance = chanceOf(seed * 7919 + grounds.indexOf(ground) * 104_729 + 1);
  const sheets = ground === "several" ? manySheets(chance, paintings) : [oneSheet(chance, ground, paintings)];
  const isMany = ground === "several";
  const reach = isMany ? 2 : 0.5 + (sheets[0]?.margin ?? 0);
  const share = isMany ? chance.between(0.78, 0.95) : chance.between(0.5, 0.86);
  const camera = cameraOf(chance, size, reach / share);
  const base =
    ground === "margin" || ground === "several" || ground === "clutter" ? chance.pick(bases[ground]) : ground;
  return {
    ground,
    ...size,
    camera,
    table: tables[base](chance),
    clutter: ground === "clutter" ? clutterAround(chance, camera, size) : [],
    sheets,
    light: lightOf(chance),
    lens: lensOf(chance),
  };
}

const tables = { dark: darkGround, light: lightGround, white: whiteGround, wood: woodGround };

const bases = {
  margin: ["dark", "wood"],
  several: ["dark", "light", "wood"],
  clutter: ["dark", "light", "wood"],
} as const;

function oneSheet(chance: Chance, ground: GroundName, paintings: readonly Painting[]): Sheet {
  const hasMargin = ground === "white" || ground === "margin";
  return {
    middle: { x: 0, y: 0 },
    angle: chance.normal() * 0.25,
    side: 1,
    margin: hasMargin ? chance.between(0.07, 0.22) : 0,
    paper: chance.between(226, 250),
    height: hasMargin ? chance.between(0.004, 0.012) : chance.between(0.006, 0.05),
    painting: paintingOf(chance, paintings),
    wobble: hasMargin ? chance.between(0, 0.006) : 0,
  };
}

/** On a grid that nobody has measured. */
function manySheets(chance: Chance, paintings: readonly Painting[]): Sheet[] {
  const count = chance.pick([2, 3, 4, 5, 6, 7, 8, 9, 9, 9]);
  const places = [-1.35, 0, 1.35].flatMap((y) => [-1.35, 0, 1.35].map((x) => ({ x, y })));
  return places.slice(0, count).map(({ x, y }) => ({
    ...oneSheet(chance, "several", paintings),
    middle: { x: x + chance.between(-0.07, 0.07), y: y + chance.between(-0.07, 0.07) },
    angle: chance.normal() * 0.09,
    height: chance.between(0.006, 0.03),
  }));
}

/** A telephone's main camera, held by hand above the table. `reach`: half of what the short side of the picture shows. */
function cameraOf(chance: Chance, { width, height }: Size, reach: number): Homography {
  const focal = chance.between(0.68, 0.95) * Math.max(width, height);
  const tilt = Math.min(Math.abs(chance.normal()) * 0.22, 0.5);
  const towards = chance() * 2 * Math.PI;
  const roll = chance.normal() * 0.12;
  const distance = (focal / Math.min(width, height)) * 2 * reach * 1.08;
  const aim = { x: chance.normal() * 0.04 * reach, y: chance.normal() * 0.08 * reach };
  const [cosTilt, sinTilt] = [Math.cos(tilt), Math.sin(tilt)];
  const [cosRoll, sinRoll] = [Math.cos(roll), Math.sin(roll)];
  const [cosTo, sinTo] = [Math.cos(towards), Math.sin(towards)];
  const seen = ({ x, y }: Point): Point => {
    const [across, ahead] = [cosTo * x + sinTo * y, cosTo * y - sinTo * x];
    const depth = distance + ahead * sinTilt;
    const flat = { x: across, y: ahead * cosTilt };
    const back = { x: cosTo * flat.x - sinTo * flat.y + aim.x, y: sinTo * flat.x + cosTo * flat.y + aim.y };
    const [right, down] = [(focal * back.x) / depth, (focal * back.y) / depth];
    return { x: width / 2 + cosRoll * right - sinRoll * down, y: height / 2 + sinRoll * right + cosRoll * down };
  };
  return squareToCorners([seen({ x: 0, y: 0 }), seen({ x: 1, y: 0 }), seen({ x: 1, y: 1 }), seen({ x: 0, y: 1 })]);
}

function lightOf(chance: Chance): Light {
  const from = chance() * 2 * Math.PI;
  const across = chance() * 2 * Math.PI;
  const dusk = chance() < 0.6;
  return {
    shadow: { x: Math.cos(from), y: Math.sin(from), depth: chance.between(0.2, 0.6) },
    fall: { x: chance.normal() * 0.1, y: chance.normal() * 0.1 },
    dusk: {
      at: { x: chance.normal() * 0.5, y: chance.normal() * 0.5 },
      normal: { x: Math.cos(across), y: Math.sin(across) },
      softness: chance.between(0.05, 0.5),
      depth: dusk ? chance.between(0.1, 0.4) : 0,
    },
  };
}

function lensOf(chance: Chance): Lens {
  const shaken = chance() < 0.2 ? chance.between(1, 4) : 0;
  const way = chance() * Math.PI;
  return {
    blur: chance.between(0.5, 1.5),
    noise: chance.between(0.8, 5),
    shake: { x: Math.cos(way) * shaken, y: Math.sin(way) * shaken },
    gains: [chance.between(0.92, 1.06), chance.between(0.95, 1.03), chance.between(0.9, 1.06)],
    vignette: chance.between(0, 0.3),
    jpegQuality: Math.round(chance.between(70, 93)),
  };
}

/** Where the corners of a sheet are in the picture: of its painted area, or of all of it. */
export function cornersIn({ camera }: Scene, sheet: Sheet, part: "painted" | "paper"): Corners {
  const reach = sheet.side / 2 + (part === "paper" ? sheet.margin : 0);
  const [cos, sin] = [Math.cos(sheet.angle), Math.sin(sheet.angle)];
  const at = (x: number, y: number) =>
    project(camera, sheet.middle.x + reach * (x * cos - y * sin), sheet.middle.y + reach * (x * sin + y * cos));
  return [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)];
}
