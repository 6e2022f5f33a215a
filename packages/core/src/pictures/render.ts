import sharp, { type JpegOptions, type Sharp } from "sharp";
import { isBareJpeg } from "./jpeg-segments.ts";
import type { Rgb } from "./likeness.ts";
import { megabytes } from "./postable.ts";
import { type PictureHeader, type PictureSource, pixelsOf } from "./read.ts";
import type { Recipe } from "./recipe.ts";
import { invalid } from "./refusals.ts";

export interface Rendition {
  bytes: Buffer;
  contentType: "image/jpeg" | "image/png";
  extension: "jpg" | "png";
  width: number;
  height: number;
}

const white = { r: 255, g: 255, b: 255 };
const raw = ({ width, height }: Rgb) => ({ raw: { width, height, channels: 3 as const } });

export interface Rendered {
  pixels: Rgb;
  /** Neither cut, nor bordered, nor made smaller. */
  isWhole: boolean;
  /** Cut to the square in its middle. */
  isCut: boolean;
  /** Not made smaller. */
  isFullSize: boolean;
  /** Longest centre square of the picture itself, without a border. */
  square: Rgb;
}

/** Decodes once to the pixels of what is posted: sRGB, 8 bits, on white, never enlarged and never sharpened. */
export async function renderPixels(
  picture: Sharp,
  header: PictureHeader,
  upright: { width: number; height: number },
  recipe: Recipe,
): Promise<Rendered> {
  const { width, height } = upright;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const side = Math.min(recipe.fit === "crop" ? short : long, recipe.side);
  const resized =
    recipe.fit === "as-is"
      ? picture.resize(side, side, { fit: "inside", withoutEnlargement: true })
      : picture.resize(side, side, { fit: recipe.fit === "crop" ? "cover" : "contain", background: white });
  const pixels = await pixelsOf(resized, header);
  const scale = side / (recipe.fit === "crop" ? short : long);
  const isWhole = pixels.width === width && pixels.height === height;
  const square = await centre(pixels, Math.max(1, Math.floor(short * scale)));
  return { pixels, isWhole, isFullSize: scale === 1, square, isCut: recipe.fit === "crop" && width !== height };
}

async function centre(pixels: Rgb, side: number): Promise<Rgb> {
  if (pixels.width === side && pixels.height === side) return pixels;
  const data = await sharp(pixels.data, raw(pixels))
    .extract({
      left: Math.floor((pixels.width - side) / 2),
      top: Math.floor((pixels.height - side) / 2),
      width: side,
      height: side,
    })
    .raw()
    .toBuffer();
  return { data, width: side, height: side };
}

/**
 * What is posted. A JPEG that is right already goes out as it is; flat art (a PNG or GIF of few colours, not
 * made smaller) stays without loss; everything else becomes a JPEG of the first quality that is small enough.
 *
 * @throws MediaInvalid where no quality is.
 */
export async function encodeRendition(
  source: PictureSource,
  header: PictureHeader,
  { pixels, isWhole, isFullSize }: Rendered,
  recipe: Recipe,
): Promise<Rendition> {
  const { width, height } = pixels;
  const jpeg = { contentType: "image/jpeg", extension: "jpg", width, height } as const;
  if (isWhole && isReady(source.bytes, header, recipe)) return { ...jpeg, bytes: source.bytes };
  const isFlat = isFullSize && (header.kind === "png" || header.kind === "gif") && hasFewColours(pixels);
  if (isFlat) {
    const bytes = await sharp(pixels.data, raw(pixels)).png({ compressionLevel: 9 }).toBuffer();
    if (bytes.length <= recipe.maxBytes) return { contentType: "image/png", extension: "png", width, height, bytes };
  }
  let smallest = 0;
  for (const encoder of encodersOf(recipe)) {
    const bytes = await sharp(pixels.data, raw(pixels)).jpeg(encoder).toBuffer();
    if (bytes.length <= recipe.maxBytes) return { ...jpeg, bytes };
    smallest = bytes.length;
  }
  throw invalid(
    `${source.name} is ${megabytes(smallest)} even as a JPEG of quality ${recipe.qualities.at(-1)}, and the limit is ${megabytes(recipe.maxBytes)}: choose a side below ${recipe.side} pixels.`,
  );
}

/** The same pixels in 4 % fewer bytes take three times as long: that is for a picture which is too large otherwise. */
function encodersOf({ qualities }: Recipe): JpegOptions[] {
  const [first] = qualities;
  const quick = first === undefined ? [] : [{ quality: first, optimiseCoding: false }];
  const thorough = qualities.map((quality) => ({ quality, optimiseCoding: true }));
  // Colour at full resolution: the default halves it, and red edges fray.
  return [...quick, ...thorough].map((encoder) => ({ ...encoder, chromaSubsampling: "4:4:4" }));
}

function isReady(bytes: Buffer, { kind, metadata, readable }: PictureHeader, { maxBytes }: Recipe): boolean {
  if (kind !== "jpeg" || readable !== bytes || metadata.space !== "srgb") return false;
  return bytes.length <= maxBytes && isBareJpeg(bytes);
}

const few = 256;

function hasFewColours({ data }: Rgb): boolean {
  const colours = new Set<number>();
  for (let at = 0; at < data.length; at += 3) {
    colours.add(data.readUIntBE(at, 3));
    if (colours.size > few) return false;
  }
  return true;
}

const thumbnailSide = 512;

/** As large as a thumbnail, which is as much as its likeness needs as well: neither looks at millions of pixels again. */
export async function shrink(pixels: Rgb): Promise<Rgb> {
  const { data, info } = await sharp(pixels.data, raw(pixels))
    .resize(thumbnailSide, thumbnailSide, { fit: "inside", withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** A small WebP of what is posted, for lists and the web app; of pixels that `shrink` gave. */
export function encodeThumbnail(small: Rgb): Promise<Buffer> {
  // Half the work of the default, for 3 % more bytes.
  return sharp(small.data, raw(small)).webp({ quality: 80, effort: 2 }).toBuffer();
}
