import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { difference, middleOf, plain, withCorners } from "./pictures.ts";

const prepare = (bytes: Buffer, fit: "crop" | "pad" | "as-is" = "crop") =>
  preparePicture({ name: "picture", bytes }, { fit });

describe("colours", () => {
  it("of Display P3 are the same to the eye in sRGB", async () => {
    const bytes = await plain("#d04030").withIccProfile("p3").png().toBuffer();
    const untouched = await middleOf(await sharp(bytes, { ignoreIcc: true }).png().toBuffer());
    expect(difference([untouched], [[0xd0, 0x40, 0x30]])).toBeGreaterThan(8);
    const { rendition } = await prepare(bytes);
    expect(difference([await middleOf(rendition.bytes)], [[0xd0, 0x40, 0x30]])).toBeLessThan(4);
    expect((await sharp(rendition.bytes).metadata()).icc).toBeUndefined();
  });

  it("of a CMYK JPEG come out as its profile means them", async () => {
    const bytes = await plain("#8090a0").toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const { rendition } = await prepare(bytes);
    expect((await sharp(rendition.bytes).metadata()).space).toBe("srgb");
    expect(difference([await middleOf(rendition.bytes)], [[0x80, 0x90, 0xa0]])).toBeLessThan(10);
  });

  it("of a 16-bit PNG are kept in 8 bits", async () => {
    const bytes = await withCorners(300, 300).toColourspace("rgb16").png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    const { rendition } = await prepare(bytes);
    expect((await sharp(rendition.bytes).metadata()).depth).toBe("uchar");
    expect(difference([await middleOf(rendition.bytes)], [[0x77, 0x77, 0x77]])).toBeLessThan(3);
  });

  it("behind transparency are white", async () => {
    const clear = { r: 200, g: 0, b: 0, alpha: 0 };
    const bytes = await sharp({ create: { width: 100, height: 100, channels: 4, background: clear } })
      .webp()
      .toBuffer();
    const { rendition } = await prepare(bytes);
    expect(await middleOf(rendition.bytes)).toEqual([255, 255, 255]);
  });

  it("of a grey picture stay grey", async () => {
    const bytes = await plain("#606060").toColourspace("b-w").jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    const { rendition } = await prepare(bytes);
    expect(difference([await middleOf(rendition.bytes)], [[0x60, 0x60, 0x60]])).toBeLessThan(3);
    expect((await sharp(rendition.bytes).metadata()).channels).toBe(3);
  });
});
