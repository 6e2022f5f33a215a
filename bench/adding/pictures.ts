import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";

const atOnce = 8;
const samples = [
  "autumn-ridge",
  "dandelion-evening",
  "forest-stream",
  "mountain-path",
  "paint-brushes",
  "two-spaniels",
];
/** Pixels of a longer side. */
const photoWidth = 1600;

/** Writes so many photographs of two megapixels: the samples in other colours, in turn. */
export async function photographs(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let first = 0; first < count; first += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - first) }, async (_, index) => {
        const number = first + index;
        const sample = path.join(root, "samples", `${samples[number % samples.length]}.jpg`);
        const picture = sharp(sample)
          .resize(photoWidth, (photoWidth * 3) / 4, { fit: "cover" })
          .modulate({ hue: Math.round((number * 360) / count), brightness: 0.8 + (0.4 * number) / count });
        await writeFile(path.join(folder, `photo-${number}.jpg`), await picture.jpeg({ quality: 90 }).toBuffer());
      }),
    );
}
