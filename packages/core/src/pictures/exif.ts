import { type Directory, readTiff, type Tiff, tags } from "./tiff-directories.ts";

/** What EXIF says of the colours: nothing, sRGB, Adobe RGB, or a space that it does not name. */
export type ExifColours = "srgb" | "adobe-rgb" | "unnamed" | undefined;

const adobeByOldCameras = 2;
const uncalibrated = 0xffff;

/**
 * Adobe RGB has no number of its own in EXIF: its cameras say "uncalibrated" and the interoperability index R03
 * (DCF option file; EXIF 2.32, 4.6.5 and 4.6.7).
 *
 * @param exif a TIFF, or EXIF as it lies in a file, with or without its six bytes before it
 */
export function exifColours(exif: Buffer): ExifColours {
  const bytes = exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
  const tiff = readTiff(bytes);
  const first = tiff?.directoryAt(tiff.first)?.fields;
  if (tiff === undefined || first === undefined) return undefined;
  const described = below(tiff, first, tags.exif) ?? first;
  const [space] = tiff.numbers(described.get(tags.colourSpace));
  const index = below(tiff, described, tags.interoperability)?.get(1)?.value.toString("latin1", 0, 3);
  if (space === adobeByOldCameras || (space !== 1 && index === "R03")) return "adobe-rgb";
  if (space === 1) return "srgb";
  return space === uncalibrated ? "unnamed" : undefined;
}

function below(tiff: Tiff, directory: Directory, tag: number): Directory | undefined {
  const [offset] = tiff.numbers(directory.get(tag));
  return offset === undefined ? undefined : tiff.directoryAt(offset)?.fields;
}
