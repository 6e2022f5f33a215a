import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { drawFrom } from "@twobytwo/sandbox/test/random";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";

const atOnce = 2;
const samples = [
  "autumn-ridge",
  "dandelion-evening",
  "forest-stream",
  "mountain-path",
  "paint-brushes",
  "two-spaniels",
];
const [width, height] = [4000, 3000];
const grain = { type: "gaussian", mean: 128, sigma: 20 } as const;

async function inFolder(folder: string, count: number, make: (number: number) => Promise<[string, Buffer]>) {
  await mkdir(folder, { recursive: true });
  for (let first = 0; first < count; first += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - first) }, async (_, index) => {
        const [name, bytes] = await make(first + index);
        await writeFile(path.join(folder, name), bytes);
      }),
    );
}

/** Writes so many photographs of twelve megapixels: the samples in other colours, in turn, with the grain of a phone's camera. */
export async function photographs(folder: string, count: number): Promise<void> {
  const create = { width, height, channels: 3, background: "grey", noise: grain } as const;
  const input = await sharp({ create }).raw().toBuffer();
  const composite = [{ input, raw: { width, height, channels: 3 as const }, blend: "soft-light" as const }];
  await inFolder(folder, count, async (number) => {
    const sample = path.join(root, "samples", `${samples[number % samples.length]}.jpg`);
    const picture = sharp(sample)
      .resize(width, height, { fit: "cover" })
      .modulate({ hue: Math.round((number * 360) / count), brightness: 0.8 + (0.4 * number) / count })
      .composite(composite);
    return [`photo-${number}.jpg`, await picture.jpeg({ quality: 92 }).toBuffer()];
  });
}

/** Writes so many small chequers, each by chance and unlike any other: some hundred bytes each. */
export function smallPictures(folder: string, count: number): Promise<void> {
  const draw = drawFrom(count);
  return inFolder(folder, count, async (number) => {
    const grey = Buffer.from(Array.from({ length: 64 }, () => draw.between(0, 255)));
    const picture = sharp(grey, { raw: { width: 8, height: 8, channels: 1 } }).resize(64, 64, { kernel: "nearest" });
    return [`square-${number}.png`, await picture.png().toBuffer()];
  });
}
