/** A marker of a JPEG with what belongs to it; that of a scan has its coded pixels behind `end`. */
export interface Segment {
  marker: number;
  /** Of the marker's first byte. */
  at: number;
  end: number;
  /** Bytes before it that belong to nothing. */
  stray: number;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** The segments of a JPEG up to its end; they stop where the file does, or cannot be followed. ITU-T T.81, B.1. */
function* segmentsOf(bytes: Buffer): Generator<Segment> {
  let at = 2;
  while (at + 2 <= bytes.length) {
    const from = at;
    at = nextMarker(bytes, at);
    if (at < 0) return;
    const marker = bytes[at + 1] as number;
    const stray = at - from;
    if (marker === endOfImage) {
      yield { marker, at, end: at + 2, stray };
      return;
    }
    if (at + 4 > bytes.length) return;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end < at + 4 || end > bytes.length) return;
    yield { marker, at, end, stray };
    at = marker === startOfScan ? endOfScan(bytes, end) : end;
  }
}

/** Of any marker that has a segment, or the end; fill bytes before it are passed over, as stray ones are. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] as number;
    if (marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd8)) return at;
  }
  return -1;
}

/** Where coded pixels end: at a marker that is no restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; ) {
    const marker = bytes[at + 1] as number;
    const isWithin = marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (!isWithin && marker !== 0xff) return at;
    at = bytes.indexOf(0xff, at + (isWithin ? 2 : 1));
  }
  return bytes.length;
}

const sequential = new Set([0xc0, 0xc1]);
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const meaningful = ["ICC_PROFILE", "Exif", "Adobe"];
const jfif = 0xe0;
const adobe = 0xee;

/**
 * The same picture without what the decoder would warn of though no pixel is missing: bytes between segments, numbers in
 * a scan's header that only a progressive picture has a use for, an unknown transform of Adobe's, an unknown version. So every warning that
 * is left is one about pixels.
 *
 * @returns undefined where nothing is odd, or the file cannot be followed to its end
 */
export function tidyJpeg(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [bytes.subarray(0, 2)];
  let frame: number | undefined;
  let components = 0;
  let isOdd = false;
  let open: Buffer | undefined;
  let from = 0;
  let before = 0;
  for (const { marker, at, end, stray } of segmentsOf(bytes)) {
    // Behind a scan's header come its pixels.
    if (open !== undefined) parts.push(bytes.subarray(from, at));
    else if (bytes.subarray(at - stray, at).some((byte) => byte !== 0xff)) {
      // A segment whose marker or length is damaged: without it the picture would be turned or coloured another way.
      const between = bytes.subarray(before, at);
      if (meaningful.some((name) => between.includes(name))) return undefined;
      isOdd = true;
    }
    open = undefined;
    before = at;
    if (marker === endOfImage) return isOdd ? Buffer.concat([...parts, bytes.subarray(at, end)]) : undefined;
    let segment = bytes.subarray(at, end);
    if (isFrame(marker)) {
      frame = marker;
      components = bytes[at + 9] ?? 0;
    }
    if (marker === startOfScan) {
      open = segment;
      from = end;
      const numbers = end - 3;
      const isPlain = bytes[numbers] === 0 && bytes[numbers + 1] === 63 && bytes[numbers + 2] === 0;
      if (frame !== undefined && sequential.has(frame) && !isPlain) {
        segment = Buffer.concat([bytes.subarray(at, numbers), Buffer.from([0, 63, 0])]);
        isOdd = true;
      }
    }
    const isJfif = marker === jfif && end - at >= 11 && bytes.toString("latin1", at + 4, at + 9) === "JFIF\0";
    if (isJfif && bytes[at + 9] !== 1) {
      segment = Buffer.from(segment);
      segment[9] = 1;
      isOdd = true;
    }
    const isAdobe = marker === adobe && end - at >= 16 && bytes.toString("latin1", at + 4, at + 9) === "Adobe";
    if (isAdobe && (bytes[at + 15] as number) > 2) {
      segment = Buffer.from(segment);
      // What the decoder takes such a one for: YCbCr of three components, YCCK of four.
      segment[15] = components === 4 ? 2 : 1;
      isOdd = true;
    }
    parts.push(segment);
  }
  // Without its end it is not tidied: the decoder says what is missing.
  return undefined;
}

/**
 * Whether the scans of a JPEG bring every component to its last bit. A progressive picture that was cut between two scans and
 * ended by hand decodes without a warning, only coarser.
 */
export function hasAllScans(bytes: Buffer): boolean {
  let components: number[] = [];
  let isProgressive = false;
  /** Bits that are still missing, by component and coefficient; undefined where no scan has begun. */
  const missing = new Map<number, (number | undefined)[]>();
  for (const { marker, at, end } of segmentsOf(bytes)) {
    if (isFrame(marker)) {
      isProgressive = marker === 0xc2;
      components = Array.from({ length: bytes[at + 9] ?? 0 }, (_, index) => bytes[at + 10 + index * 3] ?? 0);
    }
    if (marker !== startOfScan) continue;
    const count = bytes[at + 4] ?? 0;
    const [first, last, low] = isProgressive
      ? [bytes[end - 3] ?? 0, bytes[end - 2] ?? 0, (bytes[end - 1] ?? 0) & 15]
      : [0, 63, 0];
    for (let index = 0; index < count; index += 1) {
      const component = bytes[at + 5 + index * 2] ?? 0;
      const bits = missing.get(component) ?? Array.from({ length: 64 }, () => undefined);
      for (let coefficient = first; coefficient <= Math.min(last, 63); coefficient += 1) bits[coefficient] = low;
      missing.set(component, bits);
    }
  }
  return components.every((component) => {
    const bits = missing.get(component);
    return bits !== undefined && bits[0] === 0 && bits.every((left) => (left ?? 0) === 0);
  });
}
