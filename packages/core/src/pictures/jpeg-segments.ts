/** Frames that every decoder knows: baseline, extended and progressive. */
const frames = new Set([0xc0, 0xc1, 0xc2]);
/** Tables and the restart interval. */
const plain = new Set([0xdb, 0xc4, 0xdd]);
const jfif = 0xe0;
const adobe = 0xee;

/**
 * Whether a JPEG holds nothing but the picture: no EXIF, no place, no comment, no profile, no thumbnail, and
 * nothing behind its end. Such a file may go out as it is.
 */
export function isBareJpeg(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda) return endsWithScans(bytes, at + 2 + length);
    const isBareJfif = marker === jfif && length === 16;
    const isBareAdobe = marker === adobe && length === 14;
    if (!frames.has(marker) && !plain.has(marker) && !isBareJfif && !isBareAdobe) return false;
    at += 2 + length;
  }
  return false;
}

/** From the first scan on there may be scans and tables only, and the end must be the end of the file. */
function endsWithScans(bytes: Buffer, from: number): boolean {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return false;
    const marker = bytes[at + 1] ?? 0;
    const isScanData = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
    if (isScanData) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xd9) return at + 2 === bytes.length;
    if (marker !== 0xda && !plain.has(marker)) return false;
    if (at + 4 > bytes.length) return false;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
}

/** All that begin a frame but for hierarchical ones, which nobody decodes. */
const everyFrame = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

export interface JpegFrames {
  /** Several scans make the picture: it has to be kept whole until the last of them. */
  isWhole: boolean;
  /** Values a pixel, 1.5 where the colours have half of the resolution. */
  samplesPerPixel: number;
}

/** How the pixels of a JPEG are stored; undefined where its header cannot be followed. */
export function framesOf(bytes: Buffer): JpegFrames | undefined {
  let frame: { components: number; isSequential: boolean; samplesPerPixel: number } | undefined;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    // Any number of these may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const from = at + 4;
    if (marker === 0xda) {
      if (frame === undefined) return undefined;
      const { components, isSequential, samplesPerPixel } = frame;
      return { isWhole: !isSequential || (bytes[from] ?? 0) < components, samplesPerPixel };
    }
    if (everyFrame.has(marker) && from + 6 <= bytes.length) {
      const components = bytes[from + 5] ?? 0;
      const factors = Array.from({ length: components }, (_, index) => bytes[from + 7 + index * 3] ?? 0x11);
      const across = Math.max(...factors.map((factor) => factor >> 4), 1);
      const down = Math.max(...factors.map((factor) => factor & 15), 1);
      const samples = factors.reduce((sum, factor) => sum + (factor >> 4) * (factor & 15), 0) / (across * down);
      frame = { components, isSequential: frames.has(marker) && marker !== 0xc2, samplesPerPixel: samples };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
