import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import type { Ports } from "@twobytwo/core/ports";
import { drawFrom } from "@twobytwo/sandbox/test/random";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";

export interface Photograph {
  keys: { objectKey: string; originalKey: string };
  /** Bytes of the original, and of what is posted. */
  original: number;
  rendition: number;
}

/** Of a phone's camera: 4:3, with the noise of its sensor, in a JPEG of half a megabyte for each of 12 megapixels. */
async function fromPhone(megapixels: number): Promise<Buffer> {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
  const height = Math.round((width * 3) / 4);
  const raw = { width, height, channels: 3 as const };
  const pixels = await sharp(path.join(root, "samples", "mountain-path.jpg"))
    .resize(width, height, { kernel: "lanczos3" })
    .raw()
    .toBuffer();
  addNoise(pixels);
  return sharp(pixels, { raw }).jpeg({ quality: 97, chromaSubsampling: "4:2:0" }).toBuffer();
}

/** Steps of 256 by which a pixel's brightness is off, as one standard deviation: that of a phone indoors. */
const sensorNoise = 4.5;

/** In place, and the same each time. */
function addNoise(pixels: Buffer): void {
  const draw = drawFrom(12);
  for (let at = 0; at < pixels.length; at += 3) {
    // The sum of four even draws is close to a bell curve; its own deviation is the root of a third.
    const off = (draw.next() + draw.next() + draw.next() + draw.next() - 2) * Math.sqrt(3) * sensorNoise;
    for (let channel = at; channel < at + 3; channel += 1)
      pixels[channel] = Math.max(0, Math.min(255, Math.round((pixels[channel] ?? 0) + off)));
  }
}

/** Puts a phone's photograph into the bucket as it is, and as it is prepared when a person adds it. */
export async function photograph({ bucket }: Ports, { megapixels }: { megapixels: number }): Promise<Photograph> {
  const bytes = await fromPhone(megapixels);
  const { rendition } = await preparePicture({ name: "a photograph of the bench", bytes }, { fit: "crop" });
  const keys = { objectKey: "squares/bench.jpg", originalKey: "originals/bench.jpg" };
  const put = (Key: string, Body: Buffer) =>
    bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body, ContentType: "image/jpeg" }));
  await Promise.all([put(keys.objectKey, rendition.bytes), put(keys.originalKey, bytes)]);
  return { keys, original: bytes.length, rendition: rendition.bytes.length };
}
