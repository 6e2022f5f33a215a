import type { Corners } from "@twobytwo/core/pictures/homography";
import { type Pixels, warp } from "@twobytwo/core/pictures/warp";
import { describe, expect, it } from "vitest";
import { loadPaintings } from "../../../../bench/scan-score/paintings.ts";
import { renderScene } from "../../../../bench/scan-score/render.ts";
import { cornersIn, type Scene, sceneOf } from "../../../../bench/scan-score/scene.ts";

const whole = (side: number): Corners => [
  { x: 0, y: 0 },
  { x: side, y: 0 },
  { x: side, y: side },
  { x: 0, y: side },
];

const drawn = (side: number, level: (x: number, y: number) => number): Pixels => ({
  width: side,
  height: side,
  data: Uint8ClampedArray.from({ length: side * side * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return level(pixel % side, Math.floor(pixel / side));
  }),
});

const span = ({ data }: Pixels) => Math.max(...data) - Math.min(...data);

/** A scene in even light, through a perfect lens. */
function ideal(scene: Scene): Scene {
  const none = { x: 0, y: 0 };
  return {
    ...scene,
    light: { ...scene.light, fall: none, dusk: { ...scene.light.dusk, depth: 0 } },
    lens: { blur: 0.3, noise: 0, shake: none, gains: [1, 1, 1], vignette: 0, jpegQuality: 100 },
  };
}

/** Decibels, of the red, green and blue alone. */
function likeness(one: Pixels, other: Pixels): number {
  const [first, second] = [one, other].map(({ data, width, height }) => {
    const channels = data.length / (width * height);
    return data.filter((_, at) => at % channels < 3);
  }) as [Uint8ClampedArray, Uint8ClampedArray];
  const sum = first.reduce((total, level, at) => total + (level - (second[at] as number)) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (sum / first.length));
}

describe("Looking straight at a square", () => {
  it("gives the true painting back, of a photograph seen aslant", async () => {
    const paintings = await loadPaintings("heldOut");
    const scenes = [1, 2].map((seed) => ideal(sceneOf("dark", seed, paintings, { width: 540, height: 720 })));
    for (const scene of scenes) {
      const sheet = scene.sheets[0];
      if (sheet === undefined) throw new Error("the scene has no painting");
      const photo = await renderScene(scene, 1);
      const straight = warp(photo, cornersIn(scene, sheet, "painted"), 160);
      const truth = warp(sheet.painting, whole(sheet.painting.width), 160);
      const turned = warp(
        sheet.painting,
        [...whole(sheet.painting.width).slice(1), whole(1)[0]] as unknown as Corners,
        240,
      );
      expect(likeness(straight, truth)).toBeGreaterThan(36);
      // What the number means: the same painting turned by a quarter is another picture.
      expect(likeness(straight, turned)).toBeLessThan(15);
    }
  });

  it("changes nothing where nothing is to be changed", () => {
    const picture = drawn(31, (x, y) => (x * 37 + y * 91) % 256);
    expect(warp(picture, whole(31), 31).data).toEqual(picture.data);
  });

  it("turns by quarters without a loss", () => {
    const picture = drawn(16, (x, y) => x * 16 + y);
    const [a, b, c, d] = whole(16);
    const turned = warp(picture, [b, c, d, a], 16);
    // What was at the top right is at the top left.
    expect([turned.data[0], turned.data[15 * 3]]).toEqual([15 * 16, 255]);
    expect(warp(turned, [d, a, b, c], 16).data).toEqual(picture.data);
  });

  it.each([2, 3, 5, 8])("shows no pattern that is not there, %i times smaller", (times) => {
    const stripes = drawn(times * 40, (x) => (x % 2 === 0 ? 0 : 255));
    expect(span(warp(stripes, whole(times * 40), 40))).toBeLessThanOrEqual(times % 2 === 0 ? 2 : 255 / times + 2);
    const board = drawn(times * 40, (x, y) => ((x + y) % 2 === 0 ? 0 : 255));
    expect(span(warp(board, whole(times * 40), 40))).toBeLessThanOrEqual(255 / times ** 2 + 2);
  });

  it("enlarges without steps", () => {
    const ramp = drawn(16, (x) => x * 16);
    const { data } = warp(ramp, whole(16), 128);
    const row = Array.from({ length: 96 }, (_, at) => data[(16 + at) * 3] as number);
    const steps = row.slice(1).map((level, at) => level - (row[at] as number));
    expect(Math.max(...steps.map(Math.abs))).toBeLessThanOrEqual(3);
  });

  it("keeps the alpha channel, and repeats the edge beyond the picture", () => {
    const red: Pixels = {
      width: 4,
      height: 4,
      data: Uint8ClampedArray.from({ length: 64 }, (_, at) => [200, 10, 20, 90][at % 4] ?? 0),
    };
    const beyond: Corners = [
      { x: -2, y: -2 },
      { x: 6, y: -2 },
      { x: 6, y: 6 },
      { x: -2, y: 6 },
    ];
    const { data } = warp(red, beyond, 8);
    expect([...new Set(Array.from({ length: 64 }, (_, pixel) => data.slice(pixel * 4, pixel * 4 + 4).join()))]).toEqual(
      ["200,10,20,90"],
    );
  });
});
