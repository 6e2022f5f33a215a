import sharp, { type Sharp } from "sharp";

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

export const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** A JPEG that shows the upright picture, stored in the way of one of the eight EXIF orientations. */
export async function asStored(upright: Buffer, orientation: number): Promise<Buffer> {
  const picture = sharp(upright);
  // sharp mirrors after it turns, whatever the order of the calls: one thing at a time.
  const turned = stored[orientation]?.(picture) ?? picture;
  return sharp(await turned.png().toBuffer())
    .withMetadata({ orientation })
    .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
    .toBuffer();
}
