import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { rowsOf } from "@twobytwo/core/adding/look-alikes";
import { colourDistance, hammingDistance, likeWithin, looksLike } from "@twobytwo/core/pictures/distance";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import { root } from "@twobytwo/scripts/root";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { painting, plain } from "./pictures.ts";

const samples = path.join(root, "samples");
const likenessOf = async (bytes: Buffer, fit: "crop" | "pad" | "as-is" = "crop") =>
  (await preparePicture({ name: "picture", bytes }, { fit })).phash;

/** A share of the picture cut off all around. */
async function cut(bytes: Buffer, share: number): Promise<Buffer> {
  const upright = await sharp(bytes).autoOrient().png().toBuffer();
  const { width, height } = await sharp(upright).metadata();
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return sharp(upright)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .png()
    .toBuffer();
}

const variants: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  "encoded again at quality 40": (bytes) => sharp(bytes).autoOrient().jpeg({ quality: 40 }).toBuffer(),
  "as a WebP of 300 pixels": (bytes) => sharp(bytes).autoOrient().resize(300).webp().toBuffer(),
  "made larger": (bytes) => sharp(bytes).autoOrient().resize(1300).jpeg().toBuffer(),
  "with one per cent cut off": (bytes) => cut(bytes, 0.01),
  "a little lighter": (bytes) => sharp(bytes).autoOrient().linear(1, 10).png().toBuffer(),
};

describe("the looks of a picture", () => {
  const pictures = new Map<string, { bytes: Buffer; likeness: string }>();
  beforeAll(async () => {
    const names = (await readdir(samples)).filter((name) => /\.(jpg|png)$/.test(name));
    for (const name of names) {
      const bytes = await readFile(path.join(samples, name));
      pictures.set(name, { bytes, likeness: await likenessOf(bytes) });
    }
    for (let number = 0; number < 60; number += 1) {
      const bytes = await painting(number, 200);
      pictures.set(`painting ${number}`, { bytes, likeness: await likenessOf(bytes) });
    }
  });

  it.each(Object.entries(variants))("are known again %s", async (_, vary) => {
    const missed: string[] = [];
    for (const [name, { bytes, likeness }] of [...pictures].slice(0, 14))
      if (!looksLike(likeness, await likenessOf(await vary(bytes)))) missed.push(name);
    expect(missed).toEqual([]);
  });

  it("differ between all the samples and generated paintings", () => {
    const all = [...pictures].map(([name, { likeness }]) => ({ name, likeness }));
    const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const));
    expect(all.length).toBe(68);
    const alike = pairs.filter(([one, other]) => looksLike(one.likeness, other.likeness));
    expect(alike.map(([one, other]) => `${one.name} and ${other.name}`)).toEqual([]);
  });

  it("are the same for the original, cut by a person, and for the whole on white", async () => {
    const wide = await sharp(await painting(3, 400))
      .extend({ left: 60, right: 60, background: "#345" })
      .png()
      .toBuffer();
    const crop = await likenessOf(wide);
    expect(looksLike(crop, await likenessOf(await painting(3, 400)))).toBe(true);
    expect(looksLike(crop, await likenessOf(wide, "pad"))).toBe(true);
    expect(looksLike(crop, await likenessOf(wide, "as-is"))).toBe(true);
  });

  it("are 64 bits of structure and the colours of the quarters", async () => {
    const likeness = await likenessOf(await plain("#102030").png().toBuffer());
    expect(likeness).toBe("0000000000000000-102030102030102030102030");
    expect(hammingDistance("00000000000000ff-", "0f00000000000000-")).toBe(12);
    expect(hammingDistance("ffffffffffffffff", "0000000000000000")).toBe(64);
    expect(colourDistance("0000000000000000-102030", "0000000000000000-102a20")).toBe(16);
  });
});

describe("the rows of the index", () => {
  const bits = fc.array(fc.boolean(), { minLength: 64, maxLength: 64 });
  const hex = (from: readonly boolean[]) =>
    BigInt(`0b${from.map(Number).join("")}`)
      .toString(16)
      .padStart(16, "0");

  it("share one at least, wherever at most six bits differ", () => {
    const flips = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: likeWithin.bits });
    fc.assert(
      fc.property(bits, flips, (one, flipped) => {
        const other = one.map((bit, index) => bit !== flipped.includes(index));
        expect(hammingDistance(hex(one), hex(other))).toBe(flipped.length);
        const rows = new Set(rowsOf(hex(one)));
        expect(rows.size).toBe(7);
        expect(rowsOf(hex(other)).some((row) => rows.has(row))).toBe(true);
      }),
    );
  });
});
