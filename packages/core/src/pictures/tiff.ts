import { hasPage } from "./tiff-pages.ts";

/** A TIFF is little-endian ("II") or big-endian ("MM"), with 42 behind; 43 is the one for more than 4 GB. */
const starts = ["II*\0", "MM\0*", "II+\0", "MM\0+"];

const newSubfileType = 254;
const dngVersion = 50706;

/**
 * Whether bytes are a TIFF. Raw files of cameras are TIFFs as well, whose first picture is a thumbnail and the others are no
 * pages: read as a picture, a stamp would be posted.
 *
 * @param all the file, as far as it is there
 */
export function tiffKind(head: Buffer, all: Buffer): "tiff" | { refused: string } | undefined {
  const start = head.toString("latin1", 0, 4);
  if (!starts.includes(start)) return undefined;
  const isCanonRaw = head.toString("latin1", 8, 10) === "CR";
  return isCanonRaw || isRaw(head, all, start.startsWith("II")) ? { refused: "a camera raw file" } : "tiff";
}

/** Looks at the first directory where it stands within the head, as raw files have it. */
function isRaw(head: Buffer, all: Buffer, little: boolean): boolean {
  const u16 = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  if (head.length < 8) return false;
  const directory = u32(4);
  if (directory + 2 > head.length) return false;
  const entries = u16(directory);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > head.length) return false;
    const isThumbnail = u16(at) === newSubfileType && (u32(at + 8) & 1) === 1;
    if (u16(at) === dngVersion || (isThumbnail && !hasPage(all))) return true;
  }
  return false;
}

const tag = { width: 256, height: 257, bits: 258, compression: 259, photometric: 262, strip: 273 } as const;
const short = 3;
const long = 4;
const undefinedType = 7;

/**
 * Wraps 8-bit pixels, grey or RGB, as a TIFF with a colour profile: how pixels come to sharp together
 * with the profile that says which colours they are.
 */
export function tiffOf(input: { width: number; height: number; pixels: Uint8Array; icc: Uint8Array }): Buffer {
  const { width, height, pixels, icc } = input;
  const channels = pixels.length / (width * height);
  const isGrey = channels === 1;
  const bitsAt = 8 + 2 + 11 * 12 + 4;
  const iccAt = bitsAt + 8;
  const pixelsAt = iccAt + icc.length + (icc.length % 2);
  const entries: [number, number, number, number][] = [
    [tag.width, long, 1, width],
    [tag.height, long, 1, height],
    isGrey ? [tag.bits, short, 1, 8] : [tag.bits, short, channels, bitsAt],
    [tag.compression, short, 1, 1],
    [tag.photometric, short, 1, isGrey ? 1 : 2],
    [tag.strip, long, 1, pixelsAt],
    [277, short, 1, channels], // samples a pixel
    [278, long, 1, height], // rows a strip
    [279, long, 1, pixels.length],
    [284, short, 1, 1], // samples side by side
    [34675, undefinedType, icc.length, iccAt],
  ];
  const header = Buffer.alloc(pixelsAt);
  header.write("II*\0", "latin1");
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(entries.length, 8);
  for (const [index, [name, type, length, value]] of entries.entries()) {
    const at = 10 + index * 12;
    header.writeUInt16LE(name, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(length, at + 4);
    header.writeUInt32LE(value, at + 8);
  }
  for (let sample = 0; sample < channels; sample += 1) header.writeUInt16LE(8, bitsAt + sample * 2);
  header.set(icc, iccAt);
  return Buffer.concat([header, pixels]);
}
