import { availableParallelism } from "node:os";
import sharp, { type Metadata, type Sharp } from "sharp";
import { createBudget } from "../concurrency/budget.ts";
import { coloursOf } from "./colours.ts";
import { free } from "./free.ts";
import { BeyondDecoder, decodeHeic } from "./heic.ts";
import { asStill, codecsOf, exifOf, propertiesOf, sizeOf } from "./heif.ts";
import { type Heif, readHeif } from "./isobmff.ts";
import { tidyJpeg } from "./jpeg-walk.ts";
import { kindOf, type PictureKind } from "./kind.ts";
import type { Rgb } from "./likeness.ts";
import { decodedBytes, type Facts, mostDecodedBytes, wayOutOf } from "./memory.ts";
import { readPng } from "./png.ts";
import { megabytes } from "./postable.ts";
import { damaged, inPlainWords, invalid } from "./refusals.ts";
import { shownOf } from "./shown.ts";
import { toSrgb } from "./to-srgb.ts";
import { tidyWebp } from "./webp.ts";

/** A file as a person knows it. */
export interface PictureSource {
  /** Said in errors and never trusted. */
  name: string;
  bytes: Buffer;
}

const maxFileBytes = 100 * 1024 * 1024;
/** 0x3fff squared, sharp's own limit: room for 108 and 200 megapixels, none for a decompression bomb. */
const maxPixels = 0x3fff ** 2;

// No picture is read twice: what libvips would keep is memory for nothing.
sharp.cache(false);

/** As much as one picture may take is shared by all that are decoded at once: a few of them, or one large one. */
const decoding = createBudget(mostDecodedBytes);
const share = mostDecodedBytes / availableParallelism();

/** What a header says of a picture, before any pixel is decoded. */
export interface PictureHeader {
  kind: PictureKind;
  /** As stored, before it is turned. */
  width: number;
  height: number;
  /** Bytes of memory that decoding it takes at the most. */
  needed: number;
  metadata: PictureMetadata;
  /** The file, or the same picture without what no pixel depends on and the decoder takes for damage. */
  readable: Buffer;
  /** Sentences that a person is told when the picture is added. */
  warnings: string[];
  /** Which picture of the file is meant, where it is not the first. */
  page?: number;
  /** The colours of the pixels, where sharp does not convert them itself. */
  profile?: Buffer;
  /** Whether sharp is to leave the profile in the file alone. */
  isProfileIgnored: boolean;
}

/** What is asked of a header, whoever reads it. */
export type PictureMetadata = Facts & Pick<Metadata, "space" | "pages" | "icc" | "exif">;

/** @throws MediaInvalid for a file that is too large; to be asked before it is read. */
export function requireFileSize(name: string, size: number): void {
  if (size <= maxFileBytes) return;
  throw invalid(
    `${name} is ${megabytes(size)}, and the limit is ${megabytes(maxFileBytes)}: add a JPEG of the picture.`,
  );
}

/** @throws MediaInvalid for what is no picture, cut short, too large, moves, or would take more memory than there is. */
export async function readHeader({ name, bytes }: PictureSource): Promise<PictureHeader> {
  const found = kindOf(bytes);
  if ("refused" in found)
    throw invalid(`${name} is ${found.refused}: add a JPEG, PNG, WebP, AVIF, TIFF or HEIC of the picture.`);
  requireFileSize(name, bytes.length);
  const { kind } = found;
  const heif = kind === "heic" || kind === "avif" ? readHeif(bytes) : undefined;
  if (heif !== undefined && heif.frames > 1) throw moving(name, heif.frames);
  const readable = tidied(kind, bytes, heif) ?? bytes;
  const parts = { ...(heif && { heif }), ...(kind === "png" && { png: readPng(bytes) }) };
  const metadata = await inPlainWords({ name, kind }, async () => {
    if (parts.png?.unknown !== undefined) throw new BeyondDecoder(`it has a chunk ${parts.png.unknown}`);
    return metadataOf(kind, readable, heif);
  });
  const needed = neededFor(name, kind, metadata, readable);
  const facts = { kind, bytes: readable, metadata, ...parts };
  const { page, frames, isCut, warning } = shownOf(facts);
  if (frames > 1) throw moving(name, frames);
  if (isCut) throw damaged({ name, kind });
  const colours = coloursOf(facts);
  if (colours.refusal !== undefined) throw invalid(`${name} ${colours.refusal}.`);
  const { width, height } = metadata;
  return {
    kind,
    width,
    height,
    needed,
    metadata,
    readable,
    warnings: [warning, colours.warning].flatMap((said) => (said === undefined ? [] : [`${name} ${said}.`])),
    isProfileIgnored: colours.profile !== undefined || colours.isProfileIgnored === true,
    ...(page !== undefined && { page }),
    ...(colours.profile !== undefined && { profile: colours.profile }),
  };
}

const moving = (name: string, frames: number) =>
  invalid(`${name} is an animation of ${frames} frames: export one frame of it as a PNG or JPEG, and add that.`);

/** The same picture without what a decoder stumbles over though no pixel depends on it; undefined where nothing is. */
function tidied(kind: PictureKind, bytes: Buffer, heif: Heif | undefined): Buffer | undefined {
  if (kind === "jpeg") return tidyJpeg(bytes);
  return kind === "webp" ? tidyWebp(bytes) : heif && asStill(bytes, heif);
}

/** sharp reads the header of no HEIC that has many parts, and a HEIC's own says all that is asked. */
async function metadataOf(kind: PictureKind, bytes: Buffer, heif: Heif | undefined): Promise<PictureMetadata> {
  if (kind !== "heic" || heif === undefined) return sharp(bytes, { limitInputPixels: false }).metadata();
  const size = sizeOf(heif);
  if (size === undefined) throw new Error("the file does not say how large its picture is");
  const codec = codecsOf(heif).find((type) => type !== "hvc1" && type !== "hev1");
  if (codec !== undefined) throw new BeyondDecoder(`its pixels are stored as ${codec}`);
  const profile = propertiesOf(heif, "colr").find((colr) => ["prof", "rICC"].includes(colr.toString("latin1", 0, 4)));
  const exif = exifOf(heif, bytes);
  return {
    ...size,
    space: "srgb",
    channels: 3,
    depth: "uchar",
    isProgressive: false,
    ...(profile !== undefined && { icc: profile.subarray(4) }),
    ...(exif !== undefined && { exif }),
  };
}

/** Bytes of memory that decoding takes at the most. @throws MediaInvalid where there are more pixels, or it takes more, than may be. */
function neededFor(name: string, kind: PictureKind, metadata: PictureMetadata, bytes: Buffer): number {
  const { width, height } = metadata;
  if (width * height > maxPixels)
    throw invalid(
      `${name} has ${width} × ${height} pixels, more than the ${Math.floor(maxPixels / 1e6)} million that are accepted: add a smaller copy.`,
    );
  const needed = decodedBytes(kind, metadata, bytes);
  if (needed > mostDecodedBytes)
    throw invalid(
      `${name} has ${thousands(width)} × ${thousands(height)} pixels${heldWhole(kind, metadata)}: opening it could take ${gigabytes(needed)} of memory, and the limit for one picture is ${gigabytes(mostDecodedBytes)}. Next: ${wayOutOf(kind, metadata)}.`,
    );
  return needed;
}

const thousands = (count: number) => count.toLocaleString("en");
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function heldWhole(kind: PictureKind, { isProgressive }: Facts): string {
  if (!isProgressive) return "";
  if (kind === "jpeg") return " and is a progressive JPEG";
  return kind === "png" ? " and is an interlaced PNG" : "";
}

/**
 * What a decoder may find wrong before it gives up. A TIFF's warnings are about its fields, and what is missing of its pixels
 * is an error; those of the others are about pixels, since `tidyJpeg` has taken out the rest.
 */
const failOn = (kind: PictureKind) => (kind === "tiff" ? "error" : "warning");

/**
 * Hands `use` the picture as sharp reads it, upright, when it is its turn: only as many pictures are decoded at once as
 * there are cores, and fewer of those that take much memory. `pixelsOf` gives its colours in sRGB. Nothing may read it once `use` has ended.
 *
 * @throws MediaInvalid where the file is damaged, or of a sort that the decoders do not read.
 */
export async function withPicture<T>(
  { name }: PictureSource,
  { kind, needed, readable, page, isProfileIgnored }: PictureHeader,
  use: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const giveBack = await decoding.take(Math.max(needed, share));
  try {
    return await inPlainWords({ name, kind }, async () => {
      const options = {
        limitInputPixels: maxPixels,
        sequentialRead: true,
        failOn: failOn(kind),
        ignoreIcc: isProfileIgnored,
        ...(page !== undefined && { page }),
      } as const;
      if (kind !== "heic") return await use(sharp(readable, options).autoOrient());
      // The decoder has turned it already, as the container says; the EXIF of an iPhone says so once more.
      const { rgba, width, height } = await decodeHeic(readable);
      try {
        return await use(sharp(rgba, { limitInputPixels: maxPixels, raw: { width, height, channels: 4 } }));
      } finally {
        free(rgba);
      }
    });
  } finally {
    giveBack();
  }
}

/** Of a picture that `withPicture` gave, cut and made smaller as its user likes: 8 bits, in sRGB, on white. */
export async function pixelsOf(picture: Sharp, { profile }: PictureHeader): Promise<Rgb> {
  const { data, info } = await picture
    .flatten({ background: { r: 255, g: 255, b: 255 } })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = { data, width: info.width, height: info.height };
  if (profile !== undefined) await toSrgb(pixels, profile);
  return pixels;
}
