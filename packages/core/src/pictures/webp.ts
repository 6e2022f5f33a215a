interface Chunk {
  type: string;
  from: number;
  end: number;
  isWhole: boolean;
}

/** The chunks of a WebP, whatever its first size says. */
function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    const type = bytes.toString("latin1", at, at + 4);
    const end = at + 8 + size;
    chunks.push({ type, from: at, end: Math.min(end, bytes.length), isWhole: end <= bytes.length });
    at = end + (size % 2);
  }
  return chunks;
}

const ofThePicture = ["VP8X", "ICCP", "ALPH", "VP8 ", "VP8L", "ANIM", "ANMF"];
const metadata = ["EXIF", "XMP "];
/** Flags of VP8X that announce EXIF and XMP. */
const metadataFlags = 0x0c;

/**
 * The same picture without its metadata, where the sizes of the container do not agree with the file: an EXIF that is
 * longer than the file, or a first size that counts wrong. WebP Container Specification.
 *
 * @returns undefined where they agree, or where bytes of the picture itself are missing
 */
export function tidyWebp(bytes: Buffer): Buffer | undefined {
  const chunks = chunksOf(bytes);
  const size = bytes.readUInt32LE(4) + 8;
  const last = chunks.findLast(({ end }) => end <= size);
  const agrees = size <= bytes.length && last !== undefined && last.end + (last.end % 2) >= size - (size % 2);
  if (agrees && chunks.every(({ isWhole, from }) => isWhole || from >= size)) return undefined;
  const kept = chunks.filter(({ type }) => ofThePicture.includes(type));
  const behind = chunks[chunks.indexOf(kept.at(-1) as Chunk) + 1];
  // What follows the picture has to be what may: a picture with a hole in it reaches into its metadata.
  const isFollowed = behind === undefined || metadata.includes(behind.type);
  if (kept.length === 0 || !isFollowed || kept.some(({ isWhole }) => !isWhole)) return undefined;
  const parts = kept.flatMap(({ type, from, end }) => {
    const part = Buffer.from(bytes.subarray(from, end));
    if (type === "VP8X" && part.length > 8) part[8] = (part[8] as number) & ~metadataFlags;
    return part.length % 2 === 0 ? [part] : [part, Buffer.alloc(1)];
  });
  const head = Buffer.from(bytes.subarray(0, 12));
  head.writeUInt32LE(4 + parts.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...parts]);
}
