import type { Corners } from "@twobytwo/core/pictures/homography";
import { overlapOf } from "@twobytwo/web/scan/quads";
import type { GroundName } from "./scene.ts";

/** Intersection over union from which on corners are right, and below which they are badly wrong. */
const right = 0.95;
const wrong = 0.8;

/** One square that is there, as one detector saw it. */
export interface Sighting {
  ground: GroundName | "photographs";
  part: "painted" | "paper";
  seed: number;
  /** Intersection over union with the best of what was found; 0 for nothing. */
  overlap: number;
  /** The detector says that a person has to look. */
  isUnsure: boolean;
}

export interface Found {
  corners: Corners;
  sure: boolean;
}

/** Compares what was found with the squares that are there. `strays`: sure squares where none is. */
export function compared(
  truths: readonly Corners[],
  found: readonly Found[],
): { overlaps: { overlap: number; isUnsure: boolean }[]; strays: number } {
  const overlaps = truths.map((truth) => {
    const best = found
      .map(({ corners, sure }) => ({ overlap: overlapOf(corners, truth), isUnsure: !sure }))
      .sort((one, other) => other.overlap - one.overlap)[0];
    return best ?? { overlap: 0, isUnsure: true };
  });
  const isStray = ({ corners, sure }: Found) => sure && truths.every((truth) => overlapOf(corners, truth) < wrong);
  return { overlaps, strays: found.filter(isStray).length };
}

export interface Tally {
  count: number;
  /** Share with an overlap of 0.95. */
  rightShare: number;
  least: number;
  /** Least overlap of those that the detector is sure of; 1 where it is of none. */
  leastSure: number;
  unsure: number;
  /** Below 0.8 and not flagged. */
  falseSure: number;
}

export function tallyOf(sightings: readonly Pick<Sighting, "overlap" | "isUnsure">[]): Tally {
  const sure = sightings.filter(({ isUnsure }) => !isUnsure);
  return {
    count: sightings.length,
    rightShare: sightings.filter(({ overlap }) => overlap >= right).length / sightings.length,
    least: Math.min(...sightings.map(({ overlap }) => overlap)),
    leastSure: Math.min(1, ...sure.map(({ overlap }) => overlap)),
    unsure: sightings.length - sure.length,
    falseSure: sure.filter(({ overlap }) => overlap < wrong).length,
  };
}

/** What is asked of it: 90 % right, and nothing below 0.8 that is not flagged. */
export const meetsTarget = ({ rightShare, falseSure }: Tally) => rightShare >= 0.9 && falseSure === 0;
