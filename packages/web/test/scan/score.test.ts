import type { Corners } from "@twobytwo/core/pictures/homography";
import { describe, expect, it } from "vitest";
import { compared, meetsTarget, tallyOf } from "../../../../bench/scan-score/score.ts";

const square = (left: number, top: number, side: number): Corners => [
  { x: left, y: top },
  { x: left + side, y: top },
  { x: left + side, y: top + side },
  { x: left, y: top + side },
];

describe("The score of a detector", () => {
  it("is the intersection over the union, of the best square for each that is there", () => {
    const found = [
      { corners: square(0, 0, 10), sure: true },
      { corners: square(105, 0, 10), sure: true },
    ];
    const { overlaps, strays } = compared([square(0, 0, 10), square(100, 0, 10), square(0, 500, 10)], found);
    expect(overlaps.map(({ overlap }) => overlap.toFixed(4))).toEqual(["1.0000", "0.3333", "0.0000"]);
    expect(strays).toBe(1);
  });

  it("counts what is badly wrong and not flagged, and nothing else, as falsely sure", () => {
    const tally = tallyOf([
      { overlap: 0.99, isUnsure: false },
      { overlap: 0.9, isUnsure: false },
      { overlap: 0.3, isUnsure: true },
      { overlap: 0.79, isUnsure: false },
    ]);
    expect(tally).toEqual({ count: 4, rightShare: 0.25, least: 0.3, leastSure: 0.79, unsure: 1, falseSure: 1 });
  });

  it("meets the target with nine of ten right, unless one of the rest is falsely sure", () => {
    const right = Array.from({ length: 9 }, () => ({ overlap: 0.97, isUnsure: false }));
    expect(meetsTarget(tallyOf([...right, { overlap: 0.1, isUnsure: true }]))).toBe(true);
    expect(meetsTarget(tallyOf([...right, { overlap: 0.1, isUnsure: false }]))).toBe(false);
    expect(
      meetsTarget(tallyOf([...right.slice(1), { overlap: 0.1, isUnsure: true }, { overlap: 0.9, isUnsure: false }])),
    ).toBe(false);
  });

  it("takes a square that was not found at all as one that a person has to look for", () => {
    expect(compared([square(0, 0, 10)], []).overlaps).toEqual([{ overlap: 0, isUnsure: true }]);
  });
});
