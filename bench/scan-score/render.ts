import { invert, project } from "@twobytwo/core/pictures/homography";
import sharp from "sharp";
import type { Clutter } from "./clutter.ts";
import type { Colour } from "./grounds.ts";
import { type Chance, chanceOf, rise, smoothNoise } from "./noise.ts";
import type { Light, Scene, Sheet } from "./scene.ts";

/** What a browser's canvas holds. */
export interface Photo {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Samples a pixel and direction, where there is something else than table. */
const samples = 2;

/** The photograph of a scene: light, lens, sensor and JPEG. The same seed gives the same noise. */
export async function renderScene(scene: Scene, seed: number): Promise<Photo> {
  const chance = chanceOf(seed * 31 + 5);
  const clean = drawScene(scene, chance);
  const lens = scene.lens;
  blur(clean, scene.width, scene.height, lens.blur);
  shake(clean, scene.width, scene.height, lens.shake);
  return developed(clean, scene, chance);
}

function drawScene(scene: Scene, chance: Chance): Float32Array {
  const { width, height, table, light } = scene;
  const back = invert(scene.camera);
  const draw = painterOf(scene, smoothNoise(chance));
  const pixels = new Float32Array(width * height * 3);
  const size = Math.hypot(back.a, back.d) * 1.5;
  for (let row = 0, at = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 3) {
      const { x, y } = project(back, column + 0.5, row + 0.5);
      const bright = brightnessAt(light, x, y);
      const ground = table(x, y);
      const isCrowded = draw(ground, x, y, size) !== ground;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < (isCrowded ? samples * samples : 0); sample += 1) {
        const place = project(
          back,
          column + ((sample % samples) + 0.5) / samples,
          row + (Math.floor(sample / samples) + 0.5) / samples,
        );
        const colour = draw(ground, place.x, place.y, 0);
        red += colour[0] / samples ** 2;
        green += colour[1] / samples ** 2;
        blue += colour[2] / samples ** 2;
      }
      pixels[at] = (isCrowded ? red : ground[0]) * bright;
      pixels[at + 1] = (isCrowded ? green : ground[1]) * bright;
      pixels[at + 2] = (isCrowded ? blue : ground[2]) * bright;
    }
  }
  return pixels;
}

function brightnessAt({ fall, dusk }: Light, x: number, y: number): number {
  const within = (x - dusk.at.x) * dusk.normal.x + (y - dusk.at.y) * dusk.normal.y;
  const even = Math.min(Math.max(1 + fall.x * x + fall.y * y, 0.55), 1.3);
  return even * (1 - dusk.depth * rise(-dusk.softness, dusk.softness, within));
}

/** Gives the colour at a place of the table; with `near` more than 0, anything new where something is that close. */
type Draw = (ground: Colour, x: number, y: number, near: number) => Colour;

function painterOf(scene: Scene, noise: (x: number, y: number) => number): Draw {
  const crowded: Colour = [0, 0, 0];
  return (ground, x, y, near) => {
    let colour = ground;
    for (const thing of scene.clutter) {
      if (isFar(thing.x - x, thing.y - y, thing.reach[0] + thing.reach[1] + 0.1)) continue;
      const shade = shadeOf(clutterDistance(thing, x, y, scene.light.shadow, 0.03), 0.03, scene.light.shadow.depth);
      if (near > 0 && (shade < 1 || clutterDistance(thing, x, y, scene.light.shadow, 0) < near)) return crowded;
      if (shade < 1) colour = shaded(colour, shade);
    }
    for (const thing of scene.clutter) {
      if (isFar(thing.x - x, thing.y - y, thing.reach[0] + thing.reach[1])) continue;
      if (clutterDistance(thing, x, y, scene.light.shadow, 0) <= 0) colour = clutterColour(thing, x, y);
    }
    for (const sheet of scene.sheets) {
      const { height, middle } = sheet;
      if (isFar(middle.x - x, middle.y - y, (sheet.side / 2 + sheet.margin + 2 * height) * Math.SQRT2 + 0.01)) continue;
      const shade = shadeOf(sheetDistance(sheet, x, y, scene.light, height), height, scene.light.shadow.depth);
      const distance = sheetDistance(sheet, x, y, scene.light, 0);
      if (near > 0 && (shade < 1 || distance < near)) return crowded;
      if (distance <= 0) colour = sheetColour(sheet, x, y, noise);
      else if (shade < 1) colour = shaded(colour, shade);
    }
    return colour;
  };
}

const isFar = (x: number, y: number, reach: number) => x * x + y * y > reach * reach;

const shaded = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by];

/** A soft shadow: full beneath its caster, gone at the distance of its height. */
const shadeOf = (distance: number, height: number, depth: number) => 1 - depth * (1 - rise(-height, height, distance));

/** From the outline of a sheet, or of its shadow; negative within. */
function sheetDistance(sheet: Sheet, x: number, y: number, { shadow }: Light, height: number): number {
  const [across, down] = inSheet(sheet, x - shadow.x * height, y - shadow.y * height);
  const reach = sheet.side / 2 + sheet.margin;
  return boxDistance(Math.abs(across) - reach, Math.abs(down) - reach);
}

const boxDistance = (across: number, down: number) =>
  across > 0 && down > 0 ? Math.sqrt(across * across + down * down) : Math.max(across, down);

function inSheet({ middle, angle }: Sheet, x: number, y: number): [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [(x - middle.x) * cos + (y - middle.y) * sin, (y - middle.y) * cos - (x - middle.x) * sin];
}

function sheetColour(sheet: Sheet, x: number, y: number, noise: (x: number, y: number) => number): Colour {
  const [across, down] = inSheet(sheet, x, y);
  const wave = sheet.wobble * noise(across * 9 + sheet.middle.x * 13, down * 9 + 5);
  const edge = Math.max(Math.abs(across), Math.abs(down)) + wave;
  if (edge > sheet.side / 2) {
    const paper = sheet.paper * (1 + 0.012 * noise(across * 70, down * 70));
    return [paper, paper, paper * 0.985];
  }
  const { data, width } = sheet.painting;
  const place = (share: number) => Math.min(Math.max((share / sheet.side + 0.5) * width - 0.5, 0), width - 1.001);
  const [u, v] = [place(across), place(down)];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const at = (top * width + left) * 3;
  const mix = (channel: number) => {
    const near = (data[at + channel] as number) * (1 - u + left) + (data[at + 3 + channel] as number) * (u - left);
    const below = at + width * 3 + channel;
    const far = (data[below] as number) * (1 - u + left) + (data[below + 3] as number) * (u - left);
    return near * (1 - v + top) + far * (v - top);
  };
  return [mix(0), mix(1), mix(2)];
}

function clutterDistance(
  thing: Clutter,
  x: number,
  y: number,
  shadow: { x: number; y: number },
  height: number,
): number {
  const [across, down] = inClutter(thing, x - shadow.x * height, y - shadow.y * height);
  if (thing.isRound) return Math.sqrt(across * across + down * down) - thing.reach[0];
  return boxDistance(Math.abs(across) - thing.reach[0], Math.abs(down) - thing.reach[1]);
}

function inClutter({ x: middle, y: centre, angle }: Clutter, x: number, y: number): [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [(x - middle) * cos + (y - centre) * sin, (y - centre) * cos - (x - middle) * sin];
}

function clutterColour(thing: Clutter, x: number, y: number): Colour {
  const [across, down] = inClutter(thing, x, y);
  if (thing.isRound) return thing.colours[Math.hypot(across, down) > thing.reach[0] - thing.stripe ? 0 : 1];
  return thing.colours[Math.abs(Math.floor(across / thing.stripe)) % 2 === 0 ? 0 : 1];
}

function blur(pixels: Float32Array, width: number, height: number, deviation: number): void {
  const reach = Math.ceil(deviation * 3);
  const weights = Float32Array.from({ length: reach * 2 + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  convolve(
    pixels,
    width,
    height,
    weights.map((weight) => weight / total),
    { x: 1, y: 0 },
  );
  convolve(
    pixels,
    width,
    height,
    weights.map((weight) => weight / total),
    { x: 0, y: 1 },
  );
}

function shake(pixels: Float32Array, width: number, height: number, way: { x: number; y: number }): void {
  const length = Math.hypot(way.x, way.y);
  const reach = Math.round(length);
  if (reach < 1) return;
  const weights = new Float32Array(reach * 2 + 1).fill(1 / (reach * 2 + 1));
  convolve(pixels, width, height, weights, { x: way.x / length / 2, y: way.y / length / 2 });
}

/** Along a line of any direction, a step a weight. */
function convolve(
  pixels: Float32Array,
  width: number,
  height: number,
  weights: Float32Array,
  step: { x: number; y: number },
): void {
  const from = pixels.slice();
  const reach = (weights.length - 1) / 2;
  const across = Int32Array.from(weights, (_, index) => Math.round((index - reach) * step.x));
  const down = Int32Array.from(weights, (_, index) => Math.round((index - reach) * step.y));
  for (let row = 0, at = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let index = 0; index < weights.length; index += 1) {
        const weight = weights[index] as number;
        const x = within(column + (across[index] as number), width - 1);
        const source = (within(row + (down[index] as number), height - 1) * width + x) * 3;
        red += weight * (from[source] as number);
        green += weight * (from[source + 1] as number);
        blue += weight * (from[source + 2] as number);
      }
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
    }
  }
}

const within = (value: number, limit: number) => (value < 0 ? 0 : value > limit ? limit : value);

/** Vignette, white balance, noise, JPEG and back. */
async function developed(clean: Float32Array, { width, height, lens }: Scene, chance: Chance): Promise<Photo> {
  const rgb = new Uint8ClampedArray(clean.length);
  const far = width ** 2 + height ** 2;
  for (let row = 0, at = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 3) {
      const corner = ((2 * column - width) ** 2 + (2 * row - height) ** 2) / far;
      const shade = 1 - lens.vignette * corner;
      const grain = chance.normal() * lens.noise;
      for (let channel = 0; channel < 3; channel += 1) {
        const level = (clean[at + channel] as number) * shade * (lens.gains[channel] as number);
        rgb[at + channel] = level + grain + chance.normal() * lens.noise * 0.4;
      }
    }
  }
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: lens.jpegQuality })
    .toBuffer();
  const { data } = await sharp(jpeg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width, height, data: new Uint8ClampedArray(data) };
}
