import { createHash } from "node:crypto";
import { originals, type PictureKind } from "./kind.ts";
import { likenessOf } from "./likeness.ts";
import { type PictureSource, readHeader, withPicture } from "./read.ts";
import { type PrepareOptions, recipeOf } from "./recipe.ts";
import { encodeRendition, encodeThumbnail, type Rendition, renderPixels } from "./render.ts";

export interface PreparedPicture {
  /** Of the original's bytes, hex. */
  sha256: string;
  original: { kind: PictureKind; bytes: Buffer; contentType: string; extension: string };
  /** What X gets: upright, sRGB, without any metadata. */
  rendition: Rendition;
  thumbnail: { bytes: Buffer; contentType: "image/webp" };
  /** As `likenessOf` gives it; the same whatever the fit. */
  phash: string;
}

export const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * Makes of a picture all that is stored of it; `sha256` where the caller knows it already. The same file and options always give the same result.
 *
 * @throws MediaInvalid, with the name of the file and what to do, for what is no picture, damaged, moves, or is
 * beyond the limits; Rejected for impossible options.
 */
export async function preparePicture(
  source: PictureSource & { sha256?: string },
  options: PrepareOptions,
): Promise<PreparedPicture> {
  const recipe = recipeOf(options);
  const header = await readHeader(source);
  const { extension, contentType } = originals[header.kind];
  return withPicture(source, header, async (picture) => {
    const rendered = await renderPixels(picture, await uprightSize(picture), recipe);
    const [rendition, thumbnail, phash] = await Promise.all([
      encodeRendition(source, header, rendered, recipe),
      encodeThumbnail(rendered.pixels),
      likenessOf(rendered.square),
    ]);
    return {
      sha256: source.sha256 ?? sha256Of(source.bytes),
      original: { kind: header.kind, bytes: source.bytes, contentType, extension },
      rendition,
      thumbnail: { bytes: thumbnail, contentType: "image/webp" as const },
      phash,
    };
  });
}

/** Asked of the picture as it was decoded: a HEIC is turned by then. */
async function uprightSize(picture: Parameters<typeof renderPixels>[0]): Promise<{ width: number; height: number }> {
  const { width, height, autoOrient } = await picture.metadata();
  return { width: autoOrient.width ?? width, height: autoOrient.height ?? height };
}
