/** A box of the container that HEIC and AVIF share (ISO/IEC 14496-12): where its content lies in the file. */
interface Box {
  type: string;
  /** Where its type stands. */
  typeAt: number;
  from: number;
  to: number;
}

/** A stretch of the file in which bytes of an item lie. */
export interface Extent {
  from: number;
  length: number;
  /** Counted from the content of the box `idat`, not from the start of the file. */
  isInside: boolean;
}

export interface HeifItem {
  id: number;
  type: string;
  isHidden: boolean;
  extents: Extent[];
  /** As they lie in the file, without their box; in the order of the item. */
  properties: { type: string; content: Buffer }[];
}

/** What the header of a HEIC or AVIF says. */
export interface Heif {
  /** The item that the file names as its picture. */
  primary?: number;
  items: Map<number, HeifItem>;
  references: { type: string; from: number; to: number[] }[];
  inside?: { from: number; to: number };
  /** Frames of its longest track, 0 without one. */
  frames: number;
  /** Where the type of the box with its tracks stands. */
  track?: number;
}

/** What a file may make us read: more boxes than any picture has are no picture. */
const mostBoxes = 100_000;

/** Reads what stands in the boxes; whatever does not fit in is left out. Nothing throws. ISO/IEC 23008-12. */
export function readHeif(bytes: Buffer): Heif {
  const heif: Heif = { items: new Map(), references: [], frames: 0 };
  const budget = { left: mostBoxes };
  for (const box of boxesOf(bytes, 0, bytes.length, budget)) {
    if (box.type === "meta") readMeta(bytes, box, heif, budget);
    if (box.type !== "moov") continue;
    heif.track = box.typeAt;
    heif.frames = Math.max(heif.frames, framesOf(bytes, box, budget));
  }
  return heif;
}

function* boxesOf(bytes: Buffer, from: number, to: number, budget: { left: number }): Generator<Box> {
  let at = from;
  while (at + 8 <= to && budget.left > 0) {
    budget.left -= 1;
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1;
    if (isLong && at + 16 > to) return;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    const head = isLong ? 16 : 8;
    if (size < head) return;
    const end = Math.min(at + size, to);
    yield { type: bytes.toString("latin1", at + 4, at + 8), typeAt: at + 4, from: at + head, to: end };
    at = end;
  }
}

/** Reads numbers one behind the other; past the end of its box they are 0. */
class Reader {
  at: number;
  readonly #bytes: Buffer;
  readonly #to: number;
  constructor(bytes: Buffer, { from, to }: { from: number; to: number }) {
    this.#bytes = bytes;
    this.at = from;
    this.#to = to;
  }
  get isOver(): boolean {
    return this.at >= this.#to;
  }
  /** @param size 0, 1, 2, 4 or 8 bytes */
  next(size: number): number {
    const at = this.at;
    this.at += size;
    if (size === 0 || this.at > this.#to) return 0;
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size);
  }
  text(size: number): string {
    this.at += size;
    return this.#bytes.toString("latin1", this.at - size, Math.min(this.at, this.#to));
  }
}

const newItem = (id: number): HeifItem => ({ id, type: "", isHidden: false, extents: [], properties: [] });

function itemOf({ items }: Heif, id: number): HeifItem {
  const item = items.get(id) ?? newItem(id);
  items.set(id, item);
  return item;
}

function readMeta(bytes: Buffer, meta: Box, heif: Heif, budget: { left: number }): void {
  const children = [...boxesOf(bytes, meta.from + 4, meta.to, budget)];
  for (const box of children) {
    if (box.type === "pitm") {
      const reader = new Reader(bytes, box);
      heif.primary = reader.next(reader.next(4) >>> 24 === 0 ? 2 : 4);
    }
    if (box.type === "idat") heif.inside = { from: box.from, to: box.to };
    if (box.type === "iinf") readInfos(bytes, box, heif, budget);
    if (box.type === "iloc") readLocations(new Reader(bytes, box), heif);
    if (box.type === "iref") readReferences(bytes, box, heif, budget);
    if (box.type === "iprp") readProperties(bytes, box, heif, budget);
  }
}

function readInfos(bytes: Buffer, box: Box, heif: Heif, budget: { left: number }): void {
  const count = new Reader(bytes, box).next(1) === 0 ? 2 : 4;
  for (const entry of boxesOf(bytes, box.from + 4 + count, box.to, budget)) {
    const reader = new Reader(bytes, entry);
    const head = reader.next(4);
    if (entry.type !== "infe" || head >>> 24 < 2) continue;
    const item = itemOf(heif, reader.next(head >>> 24 === 2 ? 2 : 4));
    reader.next(2);
    item.type = reader.text(4);
    item.isHidden = (head & 1) === 1;
  }
}

function readLocations(reader: Reader, heif: Heif): void {
  const version = reader.next(4) >>> 24;
  const sizes = reader.next(2);
  const [offset, length, base, index] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, sizes & 15];
  if (![offset, length, base, index].every((size) => [0, 4, 8].includes(size))) return;
  const count = reader.next(version < 2 ? 2 : 4);
  for (let left = count; left > 0 && !reader.isOver; left -= 1) {
    const item = itemOf(heif, reader.next(version < 2 ? 2 : 4));
    const method = version === 0 ? 0 : reader.next(2) & 15;
    reader.next(2);
    const start = reader.next(base);
    for (let extents = reader.next(2); extents > 0 && !reader.isOver; extents -= 1) {
      if (version > 0) reader.next(index);
      const extent = { from: start + reader.next(offset), length: reader.next(length), isInside: method === 1 };
      // What is taken from another item is looked at there.
      if (method < 2) item.extents.push(extent);
    }
  }
}

function readReferences(bytes: Buffer, box: Box, heif: Heif, budget: { left: number }): void {
  const size = new Reader(bytes, box).next(1) === 0 ? 2 : 4;
  for (const entry of boxesOf(bytes, box.from + 4, box.to, budget)) {
    const reader = new Reader(bytes, entry);
    const reference = { type: entry.type, from: reader.next(size), to: [] as number[] };
    for (let left = reader.next(2); left > 0 && !reader.isOver; left -= 1) reference.to.push(reader.next(size));
    heif.references.push(reference);
  }
}

function readProperties(bytes: Buffer, box: Box, heif: Heif, budget: { left: number }): void {
  const children = [...boxesOf(bytes, box.from, box.to, budget)];
  const container = children.find(({ type }) => type === "ipco");
  const known = container === undefined ? [] : [...boxesOf(bytes, container.from, container.to, budget)];
  for (const association of children.filter(({ type }) => type === "ipma")) {
    const reader = new Reader(bytes, association);
    const head = reader.next(4);
    for (let left = reader.next(4); left > 0 && !reader.isOver; left -= 1) {
      const item = itemOf(heif, reader.next(head >>> 24 === 0 ? 2 : 4));
      for (let count = reader.next(1); count > 0 && !reader.isOver; count -= 1) {
        const index = (head & 1) === 1 ? reader.next(2) & 0x7fff : reader.next(1) & 0x7f;
        const property = known[index - 1];
        if (property === undefined) continue;
        item.properties.push({ type: property.type, content: bytes.subarray(property.from, property.to) });
      }
    }
  }
}

/** Samples of the longest track, as the box `stsz` of each counts them. */
function framesOf(bytes: Buffer, { from, to }: Box, budget: { left: number }): number {
  let most = 0;
  for (const box of boxesOf(bytes, from, to, budget)) {
    if (box.type === "stsz" && box.from + 12 <= box.to) most = Math.max(most, bytes.readUInt32BE(box.from + 8));
    if (["trak", "mdia", "minf", "stbl"].includes(box.type)) most = Math.max(most, framesOf(bytes, box, budget));
  }
  return most;
}
