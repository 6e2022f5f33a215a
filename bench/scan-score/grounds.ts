import { type Chance, rise, smoothNoise } from "./noise.ts";

export type Colour = readonly [red: number, green: number, blue: number];

/** The colour (0 to 255) of a table at a place of its plane, whose unit is the side of a painting. */
export type Ground = (x: number, y: number) => Colour;

const times = ([red, green, blue]: Colour, factor: number): Colour => [red * factor, green * factor, blue * factor];

/** A cloth or a board of one colour, with faint stains and a fine tooth. */
function plain(chance: Chance, base: Colour, unevenness: number): Ground {
  const noise = smoothNoise(chance);
  const [coarse, fine] = [chance.between(1, 4), chance.between(60, 160)];
  return (x, y) =>
    times(base, 1 + unevenness * (0.6 * noise(x * coarse, y * coarse) + 0.4 * noise(x * fine + 91, y * fine + 17)));
}

export function darkGround(chance: Chance): Ground {
  const light = chance.between(16, 62);
  const tint = () => light * chance.between(0.8, 1.2);
  return plain(chance, [tint(), tint(), tint()], chance.between(0.05, 0.2));
}

export function lightGround(chance: Chance): Ground {
  const light = chance.between(165, 238);
  const warm = chance.between(-0.05, 0.08);
  return plain(chance, [light * (1 + warm), light, light * (1 - warm)], chance.between(0.01, 0.05));
}

export function whiteGround(chance: Chance): Ground {
  const light = chance.between(205, 236);
  const warm = chance.between(-0.015, 0.03);
  return plain(chance, [light * (1 + warm), light, light * (1 - warm)], chance.between(0.005, 0.02));
}

const timbers: readonly Colour[] = [
  [205, 170, 120],
  [176, 128, 80],
  [140, 92, 58],
  [104, 66, 42],
  [222, 200, 165],
  [128, 112, 96],
];

/** Planks of one timber, each with its own tone, with streaks, year rings, and dark gaps between them. */
export function woodGround(chance: Chance): Ground {
  const base = chance.pick(timbers);
  const noise = smoothNoise(chance);
  const angle = chance.between(0, Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const plank = chance.between(0.3, 1.1);
  const gap = chance.between(0.004, 0.014);
  const depth = chance.between(0.05, 0.2);
  const rings = chance.between(8, 22);
  const shift = chance();
  return (x, y) => {
    const along = x * cos + y * sin;
    const across = (y * cos - x * sin) / plank + shift;
    const board = Math.floor(across);
    const inBoard = (across - board) * plank;
    const tone = 1 + 0.12 * noise(board * 7.3 + 0.5, 3.7);
    const bent = inBoard + 0.06 * noise(along * 0.9 + board * 31, inBoard * 3);
    const streak = noise(along * 3 + board * 57, bent * 90) * 0.6 + noise(along * 9, bent * 210 + 40) * 0.4;
    const ring = Math.sin(bent * rings * 6.28 + 3 * noise(along * 0.7, board * 11));
    const edge = Math.min(inBoard, plank - inBoard);
    return times(base, tone * (1 + depth * (0.65 * streak + 0.35 * ring)) * (0.4 + 0.6 * rise(0, gap, edge)));
  };
}
