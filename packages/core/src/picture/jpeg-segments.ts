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
