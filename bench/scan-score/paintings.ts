import { fileURLToPath } from "node:url";
import { type WarpedPixels, warp } from "@twobytwo/core/pictures/warp";
import sharp from "sharp";
import type { Chance } from "./noise.ts";

/** Sharper than a scene shows it, so that the renderer never enlarges. */
const side = 640;

const files = {
  tuning: ["autumn-ridge.jpg", "fig-in-red-bowl.png", "paint-brushes.jpg", "forest-stream.jpg"],
  heldOut: ["dandelion-evening.jpg", "two-spaniels.jpg", "mountain-path.jpg", "hilltop-sunset.png"],
} as const;

/** Pictures for tuning the detector, and others for measuring it. */
export type PaintingSet = keyof typeof files;

/** RGB, square. */
export type Painting = WarpedPixels;

export async function loadPaintings(set: PaintingSet): Promise<Painting[]> {
  return Promise.all(
    files[set].map(async (file) => {
      const { data, info } = await sharp(fileURLToPath(new URL(`../../samples/${file}`, import.meta.url)))
        .autoOrient()
        .resize(side, side, { fit: "cover" })
        .removeAlpha()
        .toColourspace("srgb")
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
    }),
  );
}

/** A part of one of the pictures, turned and dyed: no two scenes show the same. */
export function paintingOf(chance: Chance, paintings: readonly Painting[]): Painting {
  const from = chance.pick(paintings);
  const size = side * chance.between(0.55, 1);
  const left = chance() * (side - size);
  const top = chance() * (side - size);
  const corners = [
    { x: left, y: top },
    { x: left + size, y: top },
    { x: left + size, y: top + size },
    { x: left, y: top + size },
  ] as const;
  const turn = Math.floor(chance() * 4);
  const at = (index: number) => corners[(index + turn) % 4] as (typeof corners)[number];
  const cut = warp(from, [at(0), at(1), at(2), at(3)], side);
  const gains = [chance.between(0.8, 1.15), chance.between(0.8, 1.15), chance.between(0.8, 1.15)];
  for (let index = 0; index < cut.data.length; index += 1)
    cut.data[index] = (cut.data[index] as number) * (gains[index % 3] as number);
  return cut;
}
