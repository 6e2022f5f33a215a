import { readFile } from "node:fs/promises";
import { preparePicture } from "@twobytwo/core/picture/prepare-picture";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { cornersOf, difference, upright, withCorners } from "./pictures.ts";

/** How a picture is stored that its EXIF orientation makes upright. */
const stored: Record<number, (picture: Sharp) => Sharp> = {
  1: (picture) => picture,
  2: (picture) => picture.flop(),
  3: (picture) => picture.rotate(180),
  4: (picture) => picture.flip(),
  5: (picture) => picture.flop().rotate(270),
  6: (picture) => picture.rotate(270),
  7: (picture) => picture.flop().rotate(90),
  8: (picture) => picture.rotate(90),
};

async function photo(orientation: number, { width = 240, height = 160 } = {}): Promise<Buffer> {
  const picture = sharp(await withCorners(width, height).png().toBuffer());
  // sharp mirrors after it turns, whatever the order of the calls: one thing at a time.
  const turned = stored[orientation]?.(picture) ?? picture;
  return sharp(await turned.png().toBuffer())
    .withMetadata({ orientation })
    .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
    .toBuffer();
}

describe("EXIF orientation", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("%i comes out upright, once, and leaves no tag", async (orientation) => {
    const bytes = await photo(orientation);
    expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
    const { rendition, thumbnail } = await preparePicture({ name: "photo.jpg", bytes }, { fit: "as-is" });
    expect([rendition.width, rendition.height]).toEqual([240, 160]);
    expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(12);
    expect(difference(await cornersOf(thumbnail.bytes), upright)).toBeLessThan(30);
    const metadata = await sharp(rendition.bytes).metadata();
    expect([metadata.orientation, metadata.exif]).toEqual([undefined, undefined]);
  });

  it.each([5, 6, 7, 8])("%i of an upright photograph is cut in its middle", async (orientation) => {
    const bytes = await photo(orientation, { width: 160, height: 160 });
    const { rendition } = await preparePicture({ name: "photo.jpg", bytes }, { fit: "crop", side: 120 });
    expect([rendition.width, rendition.height]).toEqual([120, 120]);
    expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(12);
  });

  it("of a HEIC is applied by its container, and not by its EXIF again", async () => {
    const bytes = await readFile(new URL("fixtures/turned-p3.heic", import.meta.url));
    const { rendition, original } = await preparePicture({ name: "IMG_1.HEIC", bytes }, { fit: "as-is" });
    expect([rendition.width, rendition.height, rendition.contentType]).toEqual([160, 240, "image/jpeg"]);
    expect([original.extension, original.contentType]).toEqual(["heic", "image/heic"]);
    // The file is in Display P3: unconverted, its red would come out as 234, 51, 35.
    expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(12);
  });
});
