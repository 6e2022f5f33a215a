import { readFile } from "node:fs/promises";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { asStored, orientations } from "./orientations.ts";
import { cornersOf, difference, upright, withCorners } from "./pictures.ts";

const photo = async (orientation: number, { width = 240, height = 160 } = {}) =>
  asStored(await withCorners(width, height).png().toBuffer(), orientation);

describe("EXIF orientation", () => {
  it.each(orientations)("%i comes out upright, once, and leaves no tag", async (orientation) => {
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
