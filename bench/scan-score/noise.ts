import { drawFrom } from "../../tests/faults/random.ts";

/** Numbers from 0 up to but not 1, the same ones for the same seed. */
export interface Chance {
  (): number;
  between(from: number, to: number): number;
  /** About the normal distribution. */
  normal(): number;
  pick<T>(of: readonly T[]): T;
}

/** The campaign's generator, with what a scene asks of chance. */
export function chanceOf(seed: number): Chance {
  const { next } = drawFrom(seed);
  return Object.assign(next, {
    between: (from: number, to: number) => from + (to - from) * next(),
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
    pick: <T>(of: readonly T[]) => of[Math.floor(next() * of.length)] as T,
  });
}

const tile = 256;

/** Smooth noise on the plane, about -1 to 1, one hill a unit; it repeats after 256 units. */
export function smoothNoise(chance: Chance): (x: number, y: number) => number {
  const lattice = Float32Array.from({ length: tile * tile }, () => chance() * 2 - 1);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, low] = [ease(x - left), ease(y - top)];
    const row = (top & (tile - 1)) * tile;
    const below = ((top + 1) & (tile - 1)) * tile;
    const column = left & (tile - 1);
    const beside = (left + 1) & (tile - 1);
    const a = lattice[row + column] as number;
    const b = lattice[row + beside] as number;
    const c = lattice[below + column] as number;
    const d = lattice[below + beside] as number;
    return a + (b - a) * right + (c - a + (a - b - c + d) * right) * low;
  };
}

const ease = (t: number) => t * t * (3 - 2 * t);

/** Rises from 0 at `from` to 1 at `to`, with soft ends. */
export const rise = (from: number, to: number, value: number) =>
  ease(Math.min(Math.max((value - from) / (to - from), 0), 1));
