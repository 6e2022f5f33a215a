import { readHeif } from "./isobmff.ts";
import { tiffKind } from "./tiff.ts";

/** Sorts of files from which a square can be made. */
export type PictureKind = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "tiff";

export const originals: Record<PictureKind, { extension: string; contentType: string; label: string }> = {
  jpeg: { extension: "jpg", contentType: "image/jpeg", label: "JPEG" },
  png: { extension: "png", contentType: "image/png", label: "PNG" },
  webp: { extension: "webp", contentType: "image/webp", label: "WebP" },
  gif: { extension: "gif", contentType: "image/gif", label: "GIF" },
  avif: { extension: "avif", contentType: "image/avif", label: "AVIF" },
  heic: { extension: "heic", contentType: "image/heic", label: "HEIC" },
  tiff: { extension: "tif", contentType: "image/tiff", label: "TIFF" },
};

/** What a file is: a picture that can be taken, or what it is instead, as a person says it. */
export type FileKind = { kind: PictureKind } | { refused: string };

/** As many bytes from the start of a file as `kindOf` looks at. */
export const headBytes = 4096;

/** Says by the first bytes of a file, and never by its name, what it is. */
export function kindOf(bytes: Uint8Array): FileKind {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = all.subarray(0, headBytes);
  if (head.length === 0) return { refused: "empty (0 bytes)" };
  const kind = pictureKind(head, all);
  if (kind !== undefined) return typeof kind === "string" ? { kind } : kind;
  return { refused: others.find(([matches]) => matches(head))?.[1] ?? unknown(head) };
}

const at = (head: Buffer, offset: number, text: string) =>
  head.toString("latin1", offset, offset + text.length) === text;

function pictureKind(head: Buffer, all: Buffer): PictureKind | { refused: string } | undefined {
  if (at(head, 0, "\xff\xd8\xff")) return "jpeg";
  if (at(head, 0, "\x89PNG\r\n\x1a\n")) return "png";
  if (at(head, 0, "RIFF") && at(head, 8, "WEBP")) return "webp";
  if (at(head, 0, "GIF8")) return "gif";
  if (at(head, 4, "ftyp")) return brandKind(head, all);
  return tiffKind(head, all);
}

/** HEIC, AVIF and videos share one container; its brands tell them apart. */
function brandKind(head: Buffer, all: Buffer): PictureKind | { refused: string } {
  const size = Math.min(Math.max(head.length >= 4 ? head.readUInt32BE(0) : 0, 16), head.length);
  const major = head.toString("latin1", 8, 12);
  const compatible: string[] = head.toString("latin1", 16, size).match(/.{4}/gs) ?? [];
  if (["avis", "msf1", "hevc", "hevx"].includes(major)) {
    // One that shows a single picture is a picture, whatever its brand.
    const { primary, frames } = readHeif(all);
    if (primary === undefined || frames > 1) return { refused: "an image sequence, such as an animation" };
    return major === "avis" || compatible.includes("avif") ? "avif" : "heic";
  }
  if (major === "avif" || (major === "mif1" && compatible.includes("avif"))) return "avif";
  if (["heic", "heix", "mif1"].includes(major)) return "heic";
  if (major === "crx ") return { refused: "a camera raw file" };
  return { refused: "a video" };
}

const others: readonly (readonly [(head: Buffer) => boolean, string])[] = [
  [(head) => at(head, 0, "PK"), "a ZIP archive (or a document in that format)"],
  [(head) => at(head, 0, "%PDF"), "a PDF"],
  [(head) => at(head, 0, "8BPS"), "a Photoshop document"],
  [(head) => at(head, 0, "BM"), "a BMP"],
  [(head) => at(head, 0, "IIRO") || at(head, 0, "IIRS") || at(head, 0, "IIU\0"), "a camera raw file"],
  [(head) => at(head, 0, "FUJIFILMCCD-RAW"), "a camera raw file"],
  [(head) => at(head, 0, "\xff\x0a") || at(head, 4, "JXL "), "a JPEG XL"],
  [(head) => at(head, 4, "jP  "), "a JPEG 2000"],
  [(head) => at(head, 0, "\x1aE\xdf\xa3"), "a video"],
  [(head) => at(head, 0, "\x1f\x8b") || at(head, 0, "7z\xbc\xaf") || at(head, 0, "Rar!"), "an archive"],
  [(head) => isText(head) && /<svg[\s>]/i.test(head.toString("utf8")), "an SVG drawing"],
  [(head) => isText(head) && /<(!doctype html|html)[\s>]/i.test(head.toString("utf8")), "a web page"],
  [(head) => isText(head), "text"],
];

/** Tab, line ends and everything from the space on. */
const isText = (head: Buffer) => head.every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13));

const unknown = (head: Buffer) => `something else (it starts with ${head.subarray(0, 8).toString("hex")})`;
