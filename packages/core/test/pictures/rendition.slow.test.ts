import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import type { Place } from "@twobytwo/core/pictures/recipe";
import { root } from "@twobytwo/scripts/root";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { cornersOf, difference, middleOf, painting, plain, upright, withCorners } from "./pictures.ts";

const sample = (file: string) => readFile(path.join(root, "samples", file));
const noise = (side: number) =>
  sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } });

describe("what is posted", () => {
  it("is the middle square, the whole on white, or the picture as it is", async () => {
    const bytes = await withCorners(600, 400).jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer();
    const source = { name: "wide.jpg", bytes };
    const crop = await preparePicture(source, { fit: "crop" });
    const pad = await preparePicture(source, { fit: "pad" });
    const whole = await preparePicture(source, { fit: "as-is", side: 480 });
    expect([crop, pad, whole].map(({ rendition: { width, height } }) => [width, height])).toEqual([
      [400, 400],
      [600, 600],
      [480, 320],
    ]);
    // With a place for the white balance, and without corners, it is the middle square as well.
    const balanced = await preparePicture(source, { fit: "crop", grey: [0.5, 0.5] });
    const corners = [
      [0.1, 0.1],
      [0.5, 0.1],
      [0.5, 0.7],
      [0.1, 0.7],
    ] as [Place, Place, Place, Place];
    const chosen = await preparePicture(source, { fit: "crop", corners });
    expect([crop, pad, whole, balanced, chosen].map(({ isCut }) => isCut)).toEqual([true, false, false, true, false]);
    expect(difference(await cornersOf(crop.rendition.bytes), Array(4).fill([0x77, 0x77, 0x77]))).toBeLessThan(3);
    expect(difference(await cornersOf(pad.rendition.bytes), Array(4).fill([255, 255, 255]))).toBeLessThan(3);
    expect(difference([await middleOf(pad.rendition.bytes)], [[0x77, 0x77, 0x77]])).toBeLessThan(3);
    expect(difference(await cornersOf(whole.rendition.bytes), upright)).toBeLessThan(40);
    expect(new Set([crop.sha256, pad.sha256, whole.sha256]).size).toBe(1);
    // Border and ratio change nothing about what the picture looks like.
    expect(pad.phash.slice(0, 16)).toBe(crop.phash.slice(0, 16));
  });

  it("is never enlarged, and at most 2048 pixels", async () => {
    const small = await preparePicture({ name: "small", bytes: await painting(1, 90) }, { fit: "crop" });
    const large = await preparePicture(
      { name: "large", bytes: await plain("#345", 3000, 2500).jpeg().toBuffer() },
      { fit: "crop" },
    );
    expect([small.rendition.width, large.rendition.width, large.rendition.height]).toEqual([90, 2048, 2048]);
    const thumbnail = await sharp(large.thumbnail.bytes).metadata();
    expect([thumbnail.format, thumbnail.width, thumbnail.height]).toEqual(["webp", 512, 512]);
  });

  it("is encoded more thoroughly before it is encoded worse", async () => {
    const source = { name: "noise.png", bytes: await noise(700).png().toBuffer() };
    const { rendition: quick } = await preparePicture(source, { fit: "crop" });
    const limit = quick.bytes.length - 1;
    const { rendition: thorough } = await preparePicture(source, { fit: "crop", maxBytes: limit });
    expect(thorough.bytes.length).toBeLessThanOrEqual(limit);
    const [one, other] = await Promise.all([quick, thorough].map(({ bytes }) => sharp(bytes).raw().toBuffer()));
    expect(one?.equals(other as Buffer)).toBe(true);
  });

  it("takes the next quality until it is small enough, and says where none is", async () => {
    const source = { name: "noise.png", bytes: await noise(700).png().toBuffer() };
    const best = await preparePicture(source, { fit: "crop" });
    const less = await preparePicture(source, { fit: "crop", maxBytes: 450_000 });
    expect(best.rendition.bytes.length).toBeGreaterThan(450_000);
    expect(less.rendition.bytes.length).toBeLessThanOrEqual(450_000);
    await expect(preparePicture(source, { fit: "crop", maxBytes: 20_000 })).rejects.toMatchObject({
      name: "MediaInvalid",
      message: expect.stringMatching(/^noise\.png is .* even as a JPEG of quality 60.*choose a side below 2048/),
    });
  });

  it("stays below 4 MB for the hardest picture there is", async () => {
    const { rendition } = await preparePicture(
      { name: "n", bytes: await noise(2048).png().toBuffer() },
      { fit: "crop" },
    );
    expect(rendition.bytes.length).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(rendition.width).toBe(2048);
  });

  it("is the file itself where a JPEG is right already", async () => {
    const bytes = await sample("autumn-ridge.jpg");
    expect((await preparePicture({ name: "a.jpg", bytes }, { fit: "crop" })).rendition.bytes).toBe(bytes);
    const cut = await preparePicture({ name: "a.jpg", bytes }, { fit: "crop", side: 500 });
    expect(cut.rendition.bytes).not.toBe(bytes);
    const withText = Buffer.concat([bytes, Buffer.from("59.3293 N")]);
    expect((await preparePicture({ name: "a.jpg", bytes: withText }, { fit: "crop" })).rendition.bytes).not.toBe(
      withText,
    );
  });

  it("keeps flat art without loss, and makes a JPEG of everything else", async () => {
    const flat = await preparePicture(
      { name: "f.png", bytes: await withCorners(300, 200).png().toBuffer() },
      { fit: "crop" },
    );
    expect(flat.rendition).toMatchObject({ contentType: "image/png", extension: "png", width: 200 });
    const photo = await preparePicture({ name: "p.png", bytes: await sample("fig-in-red-bowl.png") }, { fit: "crop" });
    expect(photo.rendition).toMatchObject({ contentType: "image/jpeg", extension: "jpg" });
    const still = await preparePicture(
      { name: "s.gif", bytes: await withCorners(200, 200).gif().toBuffer() },
      { fit: "crop" },
    );
    expect(still.original).toMatchObject({ kind: "gif", extension: "gif" });
  });

  it("tells no place, camera, comment or profile, while the original does", async () => {
    const bytes = await withCorners(300, 300)
      .withMetadata({ icc: "p3" })
      .withExif({
        IFD0: { Make: "Studio", Copyright: "The artist" },
        IFD3: { GPSLatitudeRef: "N", GPSLatitude: "59/1 20/1 0/1" },
      })
      .withXmp(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
      )
      .jpeg()
      .toBuffer();
    const { rendition, thumbnail, original } = await preparePicture({ name: "gps.jpg", bytes }, { fit: "crop" });
    expect(original.bytes).toBe(bytes);
    expect(Object.keys(await sharp(original.bytes).metadata())).toEqual(expect.arrayContaining(["exif", "icc", "xmp"]));
    for (const made of [rendition.bytes, thumbnail.bytes]) {
      const metadata = await sharp(made).metadata();
      expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc, metadata.comments]).toEqual(
        Array(5).fill(undefined),
      );
      expect(made.includes("Studio")).toBe(false);
    }
  });

  it("is the same, byte by byte, for the same file and options", async () => {
    const bytes = await sample("fig-in-red-bowl.png");
    const [one, other] = await Promise.all(
      [1, 2].map(() => preparePicture({ name: "fig", bytes }, { fit: "pad", side: 400 })),
    );
    expect(one).toEqual(other);
  });

  it.each(["webp", "avif", "tiff"] as const)("is made of %s", async (format) => {
    const bytes = await withCorners(200, 200).toFormat(format, { quality: 95 }).toBuffer();
    const { rendition, original } = await preparePicture({ name: `a.${format}`, bytes }, { fit: "crop" });
    expect(original.kind).toBe(format);
    expect(difference(await cornersOf(rendition.bytes), upright)).toBeLessThan(20);
  });

  it("is made of a JPEG of 108 megapixels", async () => {
    const bytes = await plain("#553311", 12_000, 9_000).jpeg().toBuffer();
    const { rendition } = await preparePicture({ name: "phone.jpg", bytes }, { fit: "crop" });
    expect([rendition.width, rendition.height]).toEqual([2048, 2048]);
    expect(difference([await middleOf(rendition.bytes)], [[0x55, 0x33, 0x11]])).toBeLessThan(3);
  });

  it.each([63, 4097, 100.5, Number.NaN])("has no side of %d pixels", async (side) => {
    const bytes = await painting(1);
    await expect(preparePicture({ name: "a", bytes }, { fit: "crop", side })).rejects.toMatchObject({
      name: "Rejected",
    });
  });
});
