import type { Quad } from "./quad.ts";

/** Parts of the picture that a corner may wander while the square counts as still. */
const tolerance = 0.015;
/** Milliseconds that it has to be still. */
const stillMs = 1_200;

/** Tells when the square in a camera's picture has held still for long enough. */
export function createSteadiness() {
  let first: { quad: Quad; at: number } | undefined;
  return {
    /** @returns how much of the time has passed, 1 when it is time for the photograph. */
    see(quad: Quad | undefined, now: number): number {
      if (quad === undefined) first = undefined;
      else if (first === undefined || farthest(quad, first.quad) > tolerance) first = { quad, at: now };
      return first === undefined ? 0 : Math.min(1, (now - first.at) / stillMs);
    },
  };
}

const farthest = (a: Quad, b: Quad) =>
  Math.max(...a.map(([x, y], index) => Math.hypot(x - (b[index]?.[0] ?? 0), y - (b[index]?.[1] ?? 0))));
