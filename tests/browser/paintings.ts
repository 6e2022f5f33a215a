import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Draw, drawFrom } from "@twobytwo/sandbox/test/random";
import { replaceFile } from "@twobytwo/scripts/replace-file";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";

/** A picture that looks painted, with words as an artist gives them. */
export interface Painting {
  name: string;
  title: string;
  series?: string;
  altText?: string;
  caption?: string;
}

/** Pixels of a side. */
const side = 720;
/** Pixels of the sketch whose colours the strokes take. */
const sketchSide = 96;
/** Made once, because a painting takes half a second. */
const folder = path.join(root, "dist", "paintings");

type Colour = readonly [hue: number, saturation: number, lightness: number];
const css = ([hue, saturation, lightness]: Colour) => `hsl(${hue} ${saturation}% ${lightness}%)`;
const near = (draw: Draw, [hue, saturation, lightness]: Colour, by = 8): Colour => [
  hue + draw.between(-by, by),
  Math.max(0, saturation + draw.between(-by, by)),
  Math.min(96, Math.max(6, lightness + draw.between(-by, by))),
];
const ellipse = (x: number, y: number, rx: number, ry: number, colour: Colour) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${css(colour)}"/>`;
const box = (x: number, y: number, width: number, height: number, colour: Colour) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${css(colour)}"/>`;

/** A line of hills at a height, filled down to the edge. */
function hills(draw: Draw, top: number, rough: number, colour: Colour): string {
  const points = Array.from({ length: 9 }, (_, at) => `${at * 12},${top + draw.between(-rough, rough)}`);
  return `<polygon points="${points.join(" ")} 96,96 0,96" fill="${css(colour)}"/>`;
}

interface Motif {
  series: string;
  names: readonly [string, ...string[]];
  sketch: (draw: Draw) => string;
}

const motifs: readonly Motif[] = [
  {
    series: "Ridges",
    names: ["Ridge in October", "Two valleys", "Above the fog", "Last snow", "The long way down", "North face"],
    sketch: (draw) => {
      const hue = draw.one([18, 32, 200, 215, 265, 340]);
      const sun = ellipse(draw.between(16, 80), draw.between(14, 36), 7, 7, [draw.between(20, 50), 85, 76]);
      const layers = [40, 52, 64, 78].map((top, at) =>
        hills(draw, top, 9 - at, [hue + at * draw.between(4, 18), 26 + at * 6, 64 - at * 13]),
      );
      return box(0, 0, 96, 96, [hue + 10, 42, 82]) + box(0, 0, 96, 20, [hue - 12, 38, 74]) + sun + layers.join("");
    },
  },
  {
    series: "Tides",
    names: ["Harbour, low tide", "Grey morning", "Three sails", "Green water", "After the storm", "Night ferry"],
    sketch: (draw) => {
      const hue = draw.between(180, 225);
      const horizon = draw.between(36, 54);
      const light = draw.between(28, 66);
      const waves = Array.from({ length: 16 }, () =>
        box(draw.between(-8, 80), draw.between(horizon + 2, 92), draw.between(10, 30), 2, [
          hue + draw.between(-20, 12),
          36,
          draw.between(light - 16, light + 22),
        ]),
      );
      const sails = Array.from({ length: draw.between(0, 3) }, () => {
        const [x, high] = [draw.between(10, 84), draw.between(12, 24)];
        return `<polygon points="${x},${horizon + 4} ${x + high / 2},${horizon + 4} ${x},${horizon - high}" fill="${css([40, 40, 92])}"/>`;
      });
      return `${box(0, 0, 96, 96, near(draw, [hue + 8, 30, light + 20]))}${ellipse(draw.between(20, 76), horizon - 6, 26, 7, [38, 60, 84])}${box(0, horizon, 96, 96, [hue, 42, light])}${waves.join("")}${sails.join("")}`;
    },
  },
  {
    series: "Kitchen table",
    names: ["Two pears", "Blue bowl", "Lemon and knife", "Bottle, half empty", "Plums", "Bread for one"],
    sketch: (draw) => {
      const wall: Colour = [draw.between(0, 360), draw.between(12, 34), draw.between(30, 82)];
      const table: Colour = [draw.between(18, 46), 34, draw.between(34, 74)];
      const edge = draw.between(52, 64);
      const things = Array.from({ length: draw.between(2, 4) }, (_, at) => {
        const [x, size] = [18 + at * 22 + draw.between(-5, 5), draw.between(8, 13)];
        const colour: Colour = [draw.one([8, 28, 48, 78, 140, 210, 300]), 62, draw.between(40, 62)];
        const foot = edge + draw.between(8, 16);
        const shade = ellipse(x + 7, foot + size * 0.7, size * 1.2, 3, [table[0], 30, table[2] - 20]);
        const neck = draw.chance(0.4) ? box(x - 3, foot - size * 2.4, 6, size * 2, near(draw, colour)) : "";
        const [hue, saturation, lightness] = colour;
        return `${shade}${neck}${ellipse(x, foot, size, size, colour)}${ellipse(x - size / 3, foot - size / 3, size / 3, size / 3, [hue, saturation, lightness + 24])}`;
      });
      return box(0, 0, 96, 96, wall) + box(0, edge, 96, 96, table) + things.join("");
    },
  },
  {
    series: "Fields",
    names: ["Red over ochre", "Field no. 7", "Slow blue", "Two blacks", "Noon, unfinished", "Rust"],
    sketch: (draw) => {
      const ground: Colour = [draw.between(0, 360), draw.between(30, 70), draw.between(24, 70)];
      const bands = Array.from({ length: draw.between(2, 3) }, (_, at) =>
        box(8, 8 + at * 28, 80, draw.between(16, 25), [ground[0] + draw.between(20, 200), 62, draw.between(20, 78)]),
      );
      return box(0, 0, 96, 96, ground) + bands.join("");
    },
  },
  {
    series: "Birches",
    names: ["Birches, March", "The clearing", "Nine trunks", "Path to the lake", "Leaves coming down", "First frost"],
    sketch: (draw) => {
      const hue = draw.one([28, 48, 78, 110, 190]);
      const trunks = Array.from({ length: draw.between(4, 9) }, () =>
        box(draw.between(2, 90), 0, draw.between(3, 6), draw.between(66, 92), [40, 12, draw.between(66, 90)]),
      );
      const leaves = Array.from({ length: 40 }, () =>
        ellipse(draw.between(0, 96), draw.between(0, 58), 4, 3, near(draw, [hue, 66, 54], 14)),
      );
      const floor = hills(draw, 76, 4, near(draw, [hue - 12, 36, 30]));
      return box(0, 0, 96, 96, near(draw, [hue + 140, 18, 72])) + floor + trunks.join("") + leaves.join("");
    },
  },
  {
    series: "",
    names: ["Poppy", "Window, evening", "Blue jug", "Nameless", "Garden wall", "Study for a larger one"],
    sketch: (draw) => {
      const hue = draw.between(0, 360);
      const [x, y] = [draw.between(36, 60), draw.between(36, 56)];
      const petals = Array.from({ length: 7 }, (_, at) => {
        const angle = (at / 7) * Math.PI * 2;
        return ellipse(x + Math.cos(angle) * 16, y + Math.sin(angle) * 16, 14, 11, near(draw, [hue, 74, 54], 12));
      });
      const stem = box(x - 2, y, 4, 96, [110, 34, 30]);
      return (
        box(0, 0, 96, 96, near(draw, [hue + 170, 22, 78])) + stem + petals.join("") + ellipse(x, y, 8, 8, [44, 72, 50])
      );
    },
  },
];

const motifOf = (number: number) => motifs[number % motifs.length] as Motif;

/** Words of the painting with this number: some have none, and some have very many, as in life. */
export function paintingOf(number: number): Painting {
  const { series, names } = motifOf(number);
  const draw = drawFrom(number + 1);
  const turn = Math.floor(number / motifs.length);
  const name = names[turn % names.length] ?? names[0];
  const again = Math.floor(turn / names.length);
  const title = again === 0 ? name : `${name}, ${again + 1}`;
  const long = " or how the light went over it while I was looking for the other brush, painted twice and kept once";
  const rare = number % 21;
  return {
    name: rare === 5 ? `IMG_${1000 + number}.JPG` : `${title}.jpg`,
    title: rare === 5 ? "" : rare === 11 ? title + long : title,
    ...(series && rare !== 5 && { series }),
    ...(rare !== 5 && rare % 4 !== 2 && { altText: `A small painting: ${title.toLowerCase()}` }),
    ...(rare === 8 && { caption: `${title}, oil on board. Prints at 2x2.art` }),
    ...(draw.chance(0.4) &&
      rare !== 5 &&
      rare !== 8 && { caption: `${title}, oil on board, 20 × 20 cm. #smallpaintings` }),
  };
}

/** The painting with this number, the same at every call: a sketch of the motif, painted over with strokes in its colours. */
export async function paint(number: number): Promise<Buffer> {
  const file = path.join(folder, `${number}.jpg`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return kept;
  const draw = drawFrom(number * 7919 + 11);
  const sketch = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">${motifOf(number).sketch(draw)}</svg>`;
  const colours = await sharp(Buffer.from(sketch)).removeAlpha().raw().toBuffer();
  const [tilt, bend] = [draw.next() * Math.PI, 1 + draw.next() * 2];
  const strokes = [
    { grid: 12, width: 90, length: 90 },
    { grid: 26, width: 34, length: 52 },
    { grid: 44, width: 17, length: 30 },
  ].flatMap(({ grid, width, length }) =>
    Array.from({ length: grid * grid }, (_, at) => {
      const x = ((at % grid) + draw.next()) / grid;
      const y = (Math.floor(at / grid) + draw.next()) / grid;
      const pixel = (Math.floor(y * sketchSide) * sketchSide + Math.floor(x * sketchSide)) * 3;
      const light = 0.9 + draw.next() * 0.2;
      const [r, g, b] = [0, 1, 2].map((c) => Math.min(255, Math.round((colours[pixel + c] ?? 0) * light)));
      const angle = tilt + Math.sin(x * bend * 3) + Math.cos(y * bend * 2) + draw.next() * 0.5;
      const [across, down] = [(Math.cos(angle) * length) / 2, (Math.sin(angle) * length) / 2];
      const [middleX, middleY] = [x * side, y * side];
      return `<path d="M${(middleX - across).toFixed()} ${(middleY - down).toFixed()}L${(middleX + across).toFixed()} ${(middleY + down).toFixed()}" stroke="rgb(${r} ${g} ${b})" stroke-width="${width}"/>`;
    }),
  );
  const painted = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" fill="none" stroke-linecap="round" stroke-opacity="0.86">${strokes.join("")}</svg>`;
  const bytes = await sharp(Buffer.from(painted)).removeAlpha().jpeg({ quality: 88 }).toBuffer();
  await replaceFile(file, bytes);
  return bytes;
}
