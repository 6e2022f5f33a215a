/** A field of a directory of a TIFF, which EXIF is as well. */
export interface Field {
  type: number;
  count: number;
  /** Its value as it lies in the file; shorter where the file ends before it. */
  value: Buffer;
}

export type Directory = Map<number, Field>;

export interface Tiff {
  /** The numbers of a field that holds whole numbers. */
  numbers(field: Field | undefined): number[];
  /** The directory at a place of the file; undefined where none can be. */
  directoryAt(offset: number): { fields: Directory; next: number } | undefined;
  /** Where the first directory is. */
  first: number;
}

const sizes: Partial<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** More directories than any picture has: a file can make a ring of them. */
const mostDirectories = 10_000;

/** Reads the directories of a TIFF of either byte order, BigTIFF included; undefined for what is none. TIFF 6.0. */
export function readTiff(bytes: Buffer): Tiff | undefined {
  const order = bytes.toString("latin1", 0, 2);
  if ((order !== "II" && order !== "MM") || bytes.length < 16) return undefined;
  const isLittle = order === "II";
  const read = (from: Buffer, at: number, size: number): number => {
    if (at < 0 || at + size > from.length) return 0;
    if (size === 8) return Number(isLittle ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at));
    return isLittle ? from.readUIntLE(at, size) : from.readUIntBE(at, size);
  };
  const isBig = read(bytes, 2, 2) === 43;
  const [countSize, offsetSize] = isBig ? [8, 8] : [2, 4];
  const entrySize = 4 + offsetSize * 2;
  return {
    first: read(bytes, isBig ? 8 : 4, offsetSize),
    numbers: (field) => {
      const size = sizes[field?.type ?? 0] ?? 0;
      if (field === undefined || ![1, 2, 4, 8].includes(size)) return [];
      return Array.from({ length: Math.floor(field.value.length / size) }, (_, at) =>
        read(field.value, at * size, size),
      );
    },
    directoryAt: (offset) => {
      const entries = offset + countSize;
      const count = read(bytes, offset, countSize);
      if (offset < 8 || count === 0 || entries + count * entrySize > bytes.length) return undefined;
      const fields: Directory = new Map();
      for (let at = entries; at < entries + count * entrySize; at += entrySize) {
        const type = read(bytes, at + 2, 2);
        const items = read(bytes, at + 4, offsetSize);
        const length = items * (sizes[type] ?? 0);
        const here = at + 4 + offsetSize;
        const from = length <= offsetSize ? here : read(bytes, here, offsetSize);
        const value = bytes.subarray(Math.min(from, bytes.length), Math.min(from + length, bytes.length));
        fields.set(read(bytes, at, 2), { type, count: items, value });
      }
      return { fields, next: read(bytes, entries + count * entrySize, offsetSize) };
    },
  };
}

/** The directories of a TIFF, a page or a smaller copy of one each, in the order of the file. */
export function directoriesOf(tiff: Tiff): Directory[] {
  const found: Directory[] = [];
  const seen = new Set<number>();
  for (let at = tiff.first; at !== 0 && !seen.has(at) && found.length < mostDirectories; ) {
    seen.add(at);
    const directory = tiff.directoryAt(at);
    if (directory === undefined) break;
    found.push(directory.fields);
    at = directory.next;
  }
  return found;
}

export const tags = {
  subfile: 254,
  photometric: 262,
  chromaticities: 319,
  exif: 34_665,
  profile: 34_675,
  colourSpace: 40_961,
  interoperability: 40_965,
} as const;
