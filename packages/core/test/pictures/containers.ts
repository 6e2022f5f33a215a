import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { readHeif } from "@twobytwo/core/pictures/isobmff";

export const caseFile = (name: string) => readFile(new URL(`cases/${name}`, import.meta.url));
export const heicFixture = () => readFile(new URL("fixtures/turned-p3.heic", import.meta.url));

export function pngChunk(type: string, data: Buffer, isRight = true): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE((crc32(body) ^ (isRight ? 0 : 1)) >>> 0);
  return Buffer.concat([length, body, crc]);
}

/** Chunks behind the header of a PNG. */
export const withChunks = (png: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);

export function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** Segments behind the first marker of a JPEG. */
export const withSegments = (jpeg: Buffer, ...segments: Buffer[]) =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

export interface TiffField {
  tag: number;
  /** 2 text, 3 and 4 whole numbers of two and four bytes, 7 bytes. */
  type: 2 | 3 | 4 | 7;
  values: readonly number[] | Buffer;
}

/** A little-endian TIFF of one strip a page, whose pixels lie as they are. */
export function tiffFile(pages: { fields: readonly TiffField[]; pixels: Buffer }[]): Buffer {
  const parts: Buffer[] = [Buffer.from("II*\0\0\0\0\0", "latin1")];
  let size = 8;
  const add = (part: Buffer) => {
    const at = size;
    parts.push(part, Buffer.alloc(part.length % 2));
    size += part.length + (part.length % 2);
    return at;
  };
  let pointer: { part: Buffer; at: number } = { part: parts[0] as Buffer, at: 4 };
  for (const { fields, pixels } of pages) {
    const strip = add(pixels);
    const all: TiffField[] = [
      ...fields,
      { tag: 273, type: 4, values: [strip] },
      { tag: 279, type: 4, values: [pixels.length] },
    ];
    const directory = Buffer.alloc(2 + all.length * 12 + 4);
    directory.writeUInt16LE(all.length);
    for (const [index, { tag, type, values }] of all.sort((one, other) => one.tag - other.tag).entries()) {
      const bytes = Buffer.isBuffer(values)
        ? values
        : Buffer.concat(
            values.map((value) => {
              const number = Buffer.alloc(type === 3 ? 2 : 4);
              number.writeUIntLE(value, 0, number.length);
              return number;
            }),
          );
      const at = 2 + index * 12;
      directory.writeUInt16LE(tag, at);
      directory.writeUInt16LE(type, at + 2);
      directory.writeUInt32LE(Buffer.isBuffer(values) ? bytes.length : values.length, at + 4);
      if (bytes.length <= 4) bytes.copy(directory, at + 8);
      else directory.writeUInt32LE(add(bytes), at + 8);
    }
    pointer.part.writeUInt32LE(add(directory), pointer.at);
    pointer = { part: directory, at: directory.length - 4 };
  }
  return Buffer.concat(parts);
}

/** The fields that say how pixels lie. */
export const tiffShape = (width: number, height: number, channels: number, bits: number): TiffField[] => [
  { tag: 256, type: 4, values: [width] },
  { tag: 257, type: 4, values: [height] },
  { tag: 258, type: 3, values: Array(channels).fill(bits) },
  { tag: 259, type: 3, values: [1] },
  { tag: 262, type: 3, values: [channels === 1 ? 1 : 2] },
  { tag: 277, type: 3, values: [channels] },
  { tag: 278, type: 4, values: [height] },
];

const u16 = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 255])));
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const box = (type: string, ...parts: Buffer[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length + 8), Buffer.from(type, "latin1"), content]);
};
export const nclx = (primaries: number, transfer: number, matrix = 6) =>
  box("colr", Buffer.from("nclx", "latin1"), u16(primaries, transfer, matrix), Buffer.from([0x80]));

export interface Item {
  id: number;
  type: string;
  properties: Buffer[];
  data: Buffer;
}

/** An item of a HEIC or AVIF, its properties as boxes again. */
export function itemFrom(file: Buffer, which: "primary" | number): Item {
  const heif = readHeif(file);
  const item = heif.items.get(which === "primary" ? (heif.primary ?? -1) : which);
  if (item === undefined) throw new Error(`There is no item ${which}.`);
  const properties = item.properties.map(({ type, content }) => box(type, content));
  const data = Buffer.concat(item.extents.map(({ from, length }) => file.subarray(from, from + length)));
  return { id: item.id, type: item.type, properties, data };
}

/** A HEIC or AVIF of these items, in this order. */
export function heifFile(input: {
  brand: string;
  compatible?: string[];
  primary: number;
  items: Item[];
  /** Of a track beside them. */
  frames?: number;
  /** In which each item lies. */
  stretches?: number;
}): Buffer {
  const { brand, compatible = ["mif1"], primary, items, frames, stretches = 1 } = input;
  const properties = items.flatMap((item) => item.properties);
  let index = 0;
  const associations = items.map(({ id, properties: own }) =>
    Buffer.concat([u16(id), Buffer.from([own.length]), ...own.map(() => Buffer.from([0x80 | ++index]))]),
  );
  const head = box(
    "ftyp",
    Buffer.from(brand, "latin1"),
    u32(0),
    ...[brand, ...compatible].map((name) => Buffer.from(name, "latin1")),
  );
  const metaAt = (from: number) => {
    let at = from;
    const locations = items.map(({ id, data }) => {
      const step = Math.ceil(data.length / stretches);
      const extents = Array.from({ length: Math.ceil(data.length / step) }, (_, part) =>
        Buffer.concat([u32(at + part * step), u32(Math.min(step, data.length - part * step))]),
      );
      at += data.length;
      return Buffer.concat([u16(id, 0, extents.length), ...extents]);
    });
    return box(
      "meta",
      u32(0),
      box("hdlr", u32(0), u32(0), Buffer.from("pict", "latin1"), Buffer.alloc(13)),
      box("pitm", u32(0), u16(primary)),
      box("iloc", u32(0), u16(0x4400, items.length), ...locations),
      box(
        "iinf",
        u32(0),
        u16(items.length),
        ...items.map(({ id, type }) => box("infe", u32(0x02000000), u16(id, 0), Buffer.from(`${type}\0`, "latin1"))),
      ),
      box("iprp", box("ipco", ...properties), box("ipma", u32(0), u32(items.length), ...associations)),
    );
  };
  const track =
    frames === undefined
      ? Buffer.alloc(0)
      : box("moov", box("trak", box("mdia", box("minf", box("stbl", box("stsz", u32(0), u32(0), u32(frames)))))));
  const before = head.length + track.length + metaAt(0).length + 8;
  return Buffer.concat([head, track, metaAt(before), box("mdat", ...items.map(({ data }) => data))]);
}
