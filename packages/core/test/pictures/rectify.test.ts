import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Corners } from "@twobytwo/core/pictures/homography";
import { rectify } from "@twobytwo/core/pictures/rectify";
import { warp } from "@twobytwo/core/pictures/warp";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { asStored, orientations } from "./orientations.ts";
import { cornersOf, difference, upright } from "./pictures.ts";

/** Of a painting, seen from its left and a little from below. */
const corners: Corners = [
  { x: 0.13, y: 0.22 },
  { x: 0.71, y: 0.12 },
  { x: 0.78, y: 0.83 },
  { x: 0.2, y: 0.93 },
];

const inPixels = (width: number, height: number) =>
  corners.map(({ x, y }) => ({ x: x * width, y: y * height })) as unknown as Corners;

const sample = (name: string) => readFile(path.join(root, "samples", name));

/** A photograph without a symmetry: 400 × 300, upright. */
async function photograph(): Promise<Buffer> {
  return sharp(await sample("two-spaniels.jpg"))
    .resize(400, 300, { fit: "cover" })
    .png()
    .toBuffer();
}

/** What a browser hands to a script: upright and with an alpha channel. */
async function asCanvas(bytes: Buffer) {
  const { data, info } = await sharp(bytes).autoOrient().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const withoutAlpha = (data: Uint8ClampedArray) => Uint8Array.from(data).filter((_, at) => at % 4 !== 3);

const furthest = (one: Uint8Array, other: Uint8Array) =>
  one.reduce((most, level, at) => Math.max(most, Math.abs(level - (other[at] ?? 999))), 0);

/** Decibels. */
function likeness(one: Uint8Array, other: Uint8Array): number {
  const sum = one.reduce((total, level, at) => total + (level - (other[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (sum / one.length));
}

describe("The server's crop", () => {
  it("is turned where its corners begin with another one", async () => {
    const source = { name: "photo.png", bytes: await photograph() };
    const [a, b, c, d] = corners;
    const crop = await rectify(source, corners);
    const turned = await rectify(source, [d, a, b, c]);
    const raw = { width: crop.width, height: crop.height, channels: 3 as const };
    const expected = await sharp(crop.data, { raw }).rotate(90).raw().toBuffer();
    expect(likeness(turned.data, expected)).toBeGreaterThan(45);
  });

  it.each(orientations)("is the browser's, of a photograph stored in orientation %i", async (orientation) => {
    const picture = await photograph();
    const bytes = await asStored(picture, orientation);
    const crop = await rectify({ name: "photo.jpg", bytes }, corners);
    // The longest side of the square in the photograph.
    expect([crop.width, crop.height]).toEqual([234, 234]);
    const canvas = await asCanvas(bytes);
    const proposal = warp(canvas, inPixels(canvas.width, canvas.height), 234);
    expect(furthest(crop.data, withoutAlpha(proposal.data))).toBeLessThanOrEqual(1);
    const original = await asCanvas(picture);
    const truth = withoutAlpha(warp(original, inPixels(400, 300), 234).data);
    expect(likeness(crop.data, truth)).toBeGreaterThan(35);
  });

  it("of a whole picture is the picture itself", async () => {
    const bytes = await sharp(await sample("fig-in-red-bowl.png"))
      .resize(200, 200)
      .png()
      .toBuffer();
    const all: Corners = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ];
    const crop = await rectify({ name: "fig.png", bytes }, all);
    expect(furthest(crop.data, await sharp(bytes).removeAlpha().raw().toBuffer())).toBe(0);
  });

  it("turns a HEIC once, and takes its colours to sRGB", async () => {
    const bytes = await readFile(new URL("fixtures/turned-p3.heic", import.meta.url));
    const square: Corners = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ];
    const { data, width, height } = await rectify({ name: "IMG_1.HEIC", bytes }, square);
    expect([width, height]).toEqual([240, 240]);
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    expect(difference(await cornersOf(png), upright)).toBeLessThan(12);
  });

  it("is never larger than asked for, and looks as the whole one made smaller", async () => {
    const bytes = await photograph();
    const small = await rectify({ name: "photo.png", bytes }, corners, { maxSide: 60 });
    expect(small.width).toBe(60);
    const whole = await rectify({ name: "photo.png", bytes }, corners);
    const shrunk = await sharp(whole.data, { raw: { width: whole.width, height: whole.height, channels: 3 } })
      .resize(60, 60, { kernel: "linear" })
      .raw()
      .toBuffer();
    expect(likeness(small.data, shrunk)).toBeGreaterThan(30);
  });

  it("gets its white balance from a place outside the square", async () => {
    const tinted = await sharp({
      create: { width: 300, height: 300, channels: 3, background: { r: 210, g: 180, b: 140 } },
    })
      .composite([
        {
          input: { create: { width: 100, height: 100, channels: 3, background: { r: 105, g: 90, b: 70 } } },
          left: 100,
          top: 100,
        },
      ])
      .png()
      .toBuffer();
    const square: Corners = [
      { x: 0.4, y: 0.4 },
      { x: 0.6, y: 0.4 },
      { x: 0.6, y: 0.6 },
      { x: 0.4, y: 0.6 },
    ];
    const { data } = await rectify({ name: "grey.png", bytes: tinted }, square, { grey: { x: 0.05, y: 0.95 } });
    const [red = 0, green = 0, blue = 0] = data.subarray(0, 3);
    // Grey in truth, as bright as before: half a level of paper that is 183.
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(3);
    expect(green).toBeGreaterThan(85);
    expect(green).toBeLessThan(100);
  });

  it.each([
    ["crossed", [corners[0], corners[2], corners[1], corners[3]]],
    ["counter-clockwise", [corners[3], corners[2], corners[1], corners[0]]],
    ["far outside", [{ x: -3, y: 0 }, corners[1], corners[2], corners[3]]],
    ["not numbers", [{ x: Number.NaN, y: 0 }, corners[1], corners[2], corners[3]]],
    ["in pixels instead of fractions", corners.map(({ x, y }) => ({ x: x * 400, y: y * 300 }))],
  ])("refuses corners that are %s", async (_, wrong) => {
    const bytes = await photograph();
    await expect(rectify({ name: "photo.png", bytes }, wrong as unknown as Corners)).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringContaining("photo.png"),
    });
  });

  it("refuses a square of a few pixels, and a file that is damaged", async () => {
    const bytes = await photograph();
    const tiny = corners.map(({ x, y }) => ({ x: 0.5 + x / 100, y: 0.5 + y / 100 })) as unknown as Corners;
    await expect(rectify({ name: "photo.png", bytes }, tiny)).rejects.toMatchObject({ name: "Rejected" });
    const half = bytes.subarray(0, bytes.length / 2);
    await expect(rectify({ name: "half.png", bytes: half }, corners)).rejects.toMatchObject({ name: "MediaInvalid" });
  });
});
