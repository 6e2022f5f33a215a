/** Draws that are the same for the same seed; mulberry32. */
export interface Draw {
  /** In [0, 1). */
  next(): number;
  /** Whole numbers, both ends included. */
  between(low: number, high: number): number;
  one<T>(choices: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  uuid(): string;
}

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    one: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    chance: (probability) => next() < probability,
    uuid: () => Array.from({ length: 4 }, () => between(0, 0xffffffff).toString(16).padStart(8, "0")).join("-"),
  };
}
