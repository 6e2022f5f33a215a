import type { Metadata } from "sharp";
import { exifColours } from "./exif.ts";
import { propertiesOf } from "./heif.ts";
import { adobeGamma, adobeRgb, type Curve, d65, type Primaries, profileOf, profileSpace } from "./icc.ts";
import type { Heif } from "./isobmff.ts";
import type { PictureKind } from "./kind.ts";
import type { PngFacts } from "./png.ts";
import { directoriesOf, readTiff, tags } from "./tiff-directories.ts";

/** How the colours of a picture are to be read. */
export interface Colours {
  /** They are in this profile once decoded: sharp does not convert them itself. Without one, they are sRGB or sharp does. */
  profile?: Buffer;
  /** Its profile cannot be read as a whole, and is not to be followed in part. */
  isProfileIgnored?: true;
  /** What a person is told when the picture is added. */
  warning?: string;
  /** Why the picture is not taken: the rest of a sentence that begins with its name. */
  refusal?: string;
}

/** What of a file's header says anything about colours. */
export interface ColourFacts {
  kind: PictureKind;
  bytes: Buffer;
  metadata: Pick<Metadata, "icc" | "exif" | "space" | "channels">;
  heif?: Heif;
  png?: PngFacts;
}

/**
 * Follows what a file says of its colours, the more exact before the less: a PNG's cICP, an ICC profile, the code
 * points of a HEIC or AVIF, gAMA and cHRM, EXIF. docs/decisions/pictures.md has the table.
 */
export function coloursOf(facts: ColourFacts): Colours {
  const { metadata, heif, png } = facts;
  if (png?.cicp !== undefined) {
    const [primaries, transfer, matrix, isFull] = png.cicp;
    return matrix === 0 && isFull === 1 ? byCodePoints(primaries, transfer) : notFollowed;
  }
  if (metadata.icc !== undefined) return byProfile(facts, metadata.icc);
  if (heif !== undefined) {
    const nclx = propertiesOf(heif, "colr").find((colr) => colr.toString("latin1", 0, 4) === "nclx");
    if (nclx !== undefined && nclx.length >= 10) {
      const told = byCodePoints(nclx.readUInt16BE(4), nclx.readUInt16BE(6));
      if (Object.keys(told).length > 0) return told;
    }
  }
  if (png !== undefined) {
    const told = byChromaticities(png);
    if (told !== undefined) return told;
  }
  return byExif(facts);
}

const notFollowed: Colours = {
  warning: "uses a colour space that is not supported here, so its colours are read as sRGB: export it in sRGB",
};
const unnamed: Colours = {
  warning:
    "says that its colours are not sRGB, but not what they are. They are read as sRGB: if they look wrong, export it in sRGB",
};
const unreadable: Colours = {
  isProfileIgnored: true,
  warning: "has a colour profile that cannot be read, so its colours are read as sRGB: export it in sRGB",
};

function byProfile({ kind, metadata }: ColourFacts, icc: Buffer): Colours {
  const space = profileSpace(icc);
  if (space === undefined) return unreadable;
  const isCmyk = metadata.space === "cmyk";
  if (isCmyk) return space === "CMYK" ? {} : unreadable;
  // sharp does not bring 16 bits to sRGB, in grey or in colour, and leaves a profile aside that has other channels than the pixels.
  const isConverted = metadata.space === "srgb" && metadata.channels >= 3 && kind !== "heic";
  if (space === "RGB") return isConverted ? {} : { profile: icc };
  return space === "GRAY" ? { profile: icc } : unreadable;
}

/** By number, as in ITU-T H.273, table 2. */
const primariesByCode: Partial<Record<number, Primaries>> = {
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: d65 },
  6: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: d65 },
  7: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: d65 },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: d65 },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: d65 },
};
const srgb: Primaries = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: d65 };

/** As in table 3. What cameras call BT.709 is shown as sRGB everywhere. */
const curveByCode: Partial<Record<number, Curve>> = {
  1: "srgb",
  2: "srgb",
  4: 2.2,
  5: 2.8,
  6: "srgb",
  8: 1,
  13: "srgb",
  14: "srgb",
  15: "srgb",
};
const hdr: Partial<Record<number, string>> = { 16: "PQ", 18: "HLG" };

function byCodePoints(primaries: number, transfer: number): Colours {
  const name = hdr[transfer];
  if (name !== undefined)
    return {
      refusal: `is an HDR picture (${name}), and X does not show HDR: export it in standard range as a JPEG or PNG`,
    };
  const isSrgb = primaries === 1 || primaries === 2;
  const curve = curveByCode[transfer];
  const colours = isSrgb ? srgb : primariesByCode[primaries];
  if (colours === undefined || curve === undefined) return notFollowed;
  return isSrgb && curve === "srgb" ? {} : profiled(colours, curve);
}

function profiled(primaries: Primaries, curve: Curve): Colours {
  const profile = profileOf(primaries, curve);
  return profile === undefined ? unreadable : { profile };
}

/** Of a chromaticity, and of a gamma: what a program rounds. */
const near = (one: number, other: number) => Math.abs(one - other) <= 0.003;

function byChromaticities({ isSrgb, gamma, chromaticities }: PngFacts): Colours | undefined {
  if (isSrgb || (gamma === undefined && chromaticities === undefined)) return undefined;
  const places = (chromaticities ?? []).map((value) => value / 100_000);
  const [white = d65, red = srgb.red, green = srgb.green, blue = srgb.blue] = [0, 2, 4, 6]
    .filter((at) => at + 2 <= places.length)
    .map((at) => [places[at] as number, places[at + 1] as number] as const);
  const told = { white, red, green, blue };
  const isSame = (["white", "red", "green", "blue"] as const).every((name) =>
    told[name].every((value, index) => near(value, srgb[name][index] as number)),
  );
  const exponent = (gamma ?? 45_455) / 100_000;
  const isUsual = near(exponent, 0.45455);
  if (isSame && isUsual) return undefined;
  if (exponent < 0.1 || exponent > 3) return unreadable;
  return profiled(told, gamma === undefined ? "srgb" : 1 / exponent);
}

function byExif({ kind, bytes, metadata }: ColourFacts): Colours {
  // The directories of a TIFF are its EXIF.
  const exif = kind === "tiff" ? bytes : metadata.exif;
  const told = exif === undefined ? undefined : exifColours(exif);
  if (metadata.space === "cmyk" || metadata.space === "lab" || metadata.space === "labs") return {};
  if (told === "adobe-rgb") return profiled(adobeRgb, adobeGamma);
  if (kind === "tiff" && hasOtherPrimaries(bytes)) return notFollowed;
  if (told === "unnamed") return unnamed;
  return {};
}

/** A TIFF may name its primaries in fields of their own, which next to no program writes. */
function hasOtherPrimaries(bytes: Buffer): boolean {
  const tiff = readTiff(bytes);
  const field = tiff && directoriesOf(tiff)[0]?.get(tags.chromaticities);
  if (tiff === undefined || field === undefined || field.value.length < 48) return false;
  const isLittle = bytes[0] === 0x49;
  const number = (at: number) => (isLittle ? field.value.readUInt32LE(at) : field.value.readUInt32BE(at));
  const told = [0, 8, 16, 24, 32, 40].map((at) => number(at) / number(at + 4));
  return ![...srgb.red, ...srgb.green, ...srgb.blue].every((value, index) => near(value, told[index] as number));
}
