import sharp from "sharp";
import { profileSpace } from "./icc.ts";
import type { Rgb } from "./likeness.ts";
import { tiffOf } from "./tiff.ts";

/** Pixels that are converted at once: what it takes beside the picture stays small, however large that is. */
const mostPixels = 1 << 20;

/**
 * Converts pixels from the colours of a profile to sRGB, in place. Of a profile for grey, red stands for all three.
 *
 * @param profile of `RGB` or `GRAY`, as `profileSpace` says
 */
export async function toSrgb({ data, width, height }: Rgb, profile: Buffer): Promise<void> {
  const isGrey = profileSpace(profile) === "GRAY";
  const most = Math.max(1, Math.floor(mostPixels / width));
  for (let row = 0; row < height; row += most) {
    const rows = Math.min(most, height - row);
    const band = data.subarray(row * width * 3, (row + rows) * width * 3);
    const pixels = isGrey ? Uint8Array.from({ length: rows * width }, (_, at) => band[at * 3] as number) : band;
    const converted = await sharp(tiffOf({ width, height: rows, pixels, icc: profile }))
      .toColourspace("srgb")
      .raw()
      .toBuffer();
    converted.copy(band);
  }
}
