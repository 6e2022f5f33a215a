import { createHash } from "node:crypto";
import { errorName } from "../errors.ts";
import { free } from "./free.ts";
import { originals, type PictureKind } from "./kind.ts";
import { likenessOf } from "./likeness.ts";
import { requireSides, smallBytes } from "./postable.ts";
import { type PictureHeader, type PictureSource, readHeader, withPicture } from "./read.ts";
import { type Outline, type Place, type PrepareOptions, type Recipe, recipeOf } from "./recipe.ts";
import { rectify } from "./rectify.ts";
import { encodeRendition, encodeThumbnail, type Rendered, type Rendition, renderPixels, shrink } from "./render.ts";

export interface PreparedPicture {
  /** What makes it the same picture as another: hex, of the original's bytes and the corners in it. */
  sha256: string;
  original: {
    kind: PictureKind;
    bytes: Buffer;
    contentType: string;
    extension: string;
    /** Of the bytes alone, hex. */
    sha256: string;
  };
  /** Where in the original the square is, where somebody said so. */
  corners?: Outline;
  /** Where it is white or grey in truth, where somebody said so. */
  grey?: Place;
  /** It loses something at its edges that nobody has chosen. */
  isCut: boolean;
  /** What X gets: upright, sRGB, without any metadata. */
  rendition: Rendition;
  /** The same for networks that take fewer bytes; only where `rendition` has more, and it can be made. */
  small?: Rendition;
  thumbnail: { bytes: Buffer; contentType: "image/webp" };
  /** As `likenessOf` gives it; the same whatever the fit. */
  phash: string;
  /** Sentences that a person is told when it is added: what of the file was left out, or not followed. */
  warnings: string[];
}

export const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** One photograph of nine paintings is nine pictures: what counts is the file, and where in it the square is. */
export const contentOf = (sha256: string, corners: Outline | undefined) =>
  corners === undefined ? sha256 : sha256Of(Buffer.from(JSON.stringify([sha256, corners])));

/**
 * Makes of a picture all that is stored of it; `sha256` of the bytes where the caller knows it already. The
 * same file and options always give the same result.
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
  if (recipe.corners ?? recipe.grey) return finish(source, header, recipe, await cutOut(source, header, recipe));
  return withPicture(source, header, async (picture) =>
    finish(source, header, recipe, await renderPixels(picture, header, await uprightSize(picture), recipe)),
  );
}

async function finish(
  source: PictureSource & { sha256?: string },
  header: PictureHeader,
  recipe: Recipe,
  rendered: Rendered,
): Promise<PreparedPicture> {
  const { kind } = header;
  const { extension, contentType } = originals[kind];
  const sha256 = source.sha256 ?? sha256Of(source.bytes);
  requireSides(source.name, rendered.pixels);
  const making = [renditionsOf(source, header, rendered, recipe), looksOf(rendered)] as const;
  // One that fails leaves the other at work on the pixels.
  await Promise.allSettled(making);
  for (const { data } of [rendered.pixels, rendered.square]) free(data);
  const [{ rendition, small }, { thumbnail, phash }] = await Promise.all(making);
  return {
    sha256: contentOf(sha256, recipe.corners),
    ...(small && { small }),
    original: { kind, bytes: source.bytes, contentType, extension, sha256 },
    rendition,
    thumbnail: { bytes: thumbnail, contentType: "image/webp" },
    phash,
    isCut: rendered.isCut,
    warnings: header.warnings,
    ...(recipe.corners && { corners: recipe.corners }),
    ...(recipe.grey && { grey: recipe.grey }),
  };
}

async function renditionsOf(source: PictureSource, header: PictureHeader, rendered: Rendered, recipe: Recipe) {
  const rendition = await encodeRendition(source, header, rendered, recipe);
  return {
    rendition,
    small: rendition.bytes.length > smallBytes ? await smaller(source, header, rendered, recipe) : undefined,
  };
}

async function looksOf({ pixels, square }: Rendered) {
  const shown = await shrink(pixels);
  const small = square === pixels ? shown : await shrink(square);
  const looks = { thumbnail: await encodeThumbnail(shown), phash: await likenessOf(small) };
  for (const { data } of [shown, small]) free(data);
  return looks;
}

/** Undefined where no quality is small enough: then the picture is for X alone. */
async function smaller(
  source: PictureSource,
  header: PictureHeader,
  rendered: Rendered,
  recipe: Recipe,
): Promise<Rendition | undefined> {
  try {
    return await encodeRendition(source, header, rendered, { ...recipe, maxBytes: smallBytes });
  } catch (error) {
    if ((error as Error).name === errorName.mediaInvalid) return undefined;
    throw error;
  }
}

async function cutOut(
  source: PictureSource,
  header: PictureHeader,
  { corners, grey, side }: Recipe,
): Promise<Rendered> {
  const [a, b, c, d] = corners ?? (await middle(source, header));
  const placed = [placeOf(a), placeOf(b), placeOf(c), placeOf(d)] as const;
  const pixels = await rectify(source, placed, { maxSide: side, ...(grey && { grey: placeOf(grey) }) });
  const isCut = corners === undefined && (a[0] > 0 || a[1] > 0);
  return { pixels, square: pixels, isWhole: false, isFullSize: false, isCut };
}

const placeOf = ([x, y]: Place) => ({ x, y });

/** The longest square in the middle of a picture. */
async function middle(source: PictureSource, header: PictureHeader): Promise<Outline> {
  const { width, height } = await withPicture(source, header, uprightSize);
  const short = Math.min(width, height);
  const [left, top] = [(width - short) / 2 / width, (height - short) / 2 / height];
  return [
    [left, top],
    [1 - left, top],
    [1 - left, 1 - top],
    [left, 1 - top],
  ];
}

/** Asked of the picture as it was decoded: a HEIC is turned by then. */
async function uprightSize(picture: Parameters<typeof renderPixels>[0]): Promise<{ width: number; height: number }> {
  const { width, height, autoOrient } = await picture.metadata();
  return { width: autoOrient.width ?? width, height: autoOrient.height ?? height };
}
