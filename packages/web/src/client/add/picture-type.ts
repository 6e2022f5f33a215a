/** For file inputs. `image/*` would make macOS hand over HEIC where it could give JPEG. */
export const acceptedPictures = "image/jpeg,image/png,image/webp,image/avif,image/tiff,.heic,.heif";

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

/** Brands of the ISO base media format, as `ftyp` names them. */
const brands: Record<string, string> = {
  heic: "image/heic",
  heix: "image/heic",
  hevc: "image/heic",
  heim: "image/heic",
  heis: "image/heic",
  mif1: "image/heif",
  msf1: "image/heif",
  avif: "image/avif",
  avis: "image/avif",
};

/** How many of the first bytes are needed to tell the type. */
export const headLength = 32;

/** The media type, by the first bytes of a file: names can be wrong, and browsers go by the name. */
export function typeOfPicture(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "image/jpeg";
  if (ascii(head, 0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP") return "image/webp";
  if (ascii(head, 0, 4) === "II*\0" || ascii(head, 0, 4) === "MM\0*") return "image/tiff";
  if (ascii(head, 4, 8) === "ftyp") return brands[ascii(head, 8, 12)];
  return undefined;
}
