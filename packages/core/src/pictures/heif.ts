import type { Heif, HeifItem } from "./isobmff.ts";

/** Items that are pictures, whatever they are stored as; the rest is EXIF, XMP and the like. */
const pictures = ["hvc1", "hev1", "av01", "grid", "iden", "iovl", "jpeg", "j2k1", "unci", "vvc1", "avc1"];

const referred = ({ references }: Heif, type: string, from: number) =>
  references.filter((reference) => reference.type === type && reference.from === from).flatMap(({ to }) => to);

/** What the primary picture is made of: itself, its tiles, and what makes it transparent. */
function partsOf(heif: Heif): HeifItem[] {
  const seen = new Set<number>();
  const open = heif.primary === undefined ? [] : [heif.primary];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const isPrimary = id === heif.primary;
    const masks = heif.references.filter(({ type, to }) => isPrimary && type === "auxl" && to.includes(id as number));
    open.push(...referred(heif, "dimg", id), ...masks.map(({ from }) => from).filter((mask) => isAlpha(heif, mask)));
  }
  return [...seen].flatMap((id) => heif.items.get(id) ?? []);
}

function isAlpha({ items }: Heif, id: number): boolean {
  const kind = items.get(id)?.properties.find(({ type }) => type === "auxC");
  return kind?.content.includes("alpha") === true || kind?.content.includes("hevc:2015:auxid:1") === true;
}

/** The pictures that the file shows to a person, in its own order: no tiles, thumbnails, depths or metadata. */
export function shownPictures(heif: Heif): number[] {
  const parts = new Set(heif.references.filter(({ type }) => type === "dimg").flatMap(({ to }) => to));
  const additions = new Set(
    heif.references.filter(({ type }) => type === "thmb" || type === "auxl").map(({ from }) => from),
  );
  return [...heif.items.values()]
    .filter(({ id, type, isHidden }) => pictures.includes(type) && !isHidden && !parts.has(id) && !additions.has(id))
    .map(({ id }) => id);
}

/** A property of the primary picture; a picture of tiles may leave it to them. */
export function propertiesOf(heif: Heif, type: string): Buffer[] {
  for (const { properties } of partsOf(heif)) {
    const found = properties.filter((property) => property.type === type).map(({ content }) => content);
    if (found.length > 0) return found;
  }
  return [];
}

/** Pixels of the primary picture, as it is stored. */
export function sizeOf(heif: Heif): { width: number; height: number } | undefined {
  const [size] = propertiesOf(heif, "ispe");
  if (size === undefined || size.length < 12) return undefined;
  return { width: size.readUInt32BE(4), height: size.readUInt32BE(8) };
}

/** The names of the items that hold the pixels: `hvc1`, `av01`, … */
export const codecsOf = (heif: Heif): string[] => [
  ...new Set(
    partsOf(heif)
      .map(({ type }) => type)
      .filter((type) => !["grid", "iden", "iovl", ""].includes(type)),
  ),
];

/** EXIF of the primary picture: a TIFF without pixels; undefined where there is none. */
export function exifOf(heif: Heif, bytes: Buffer): Buffer | undefined {
  const described = heif.references.filter(({ type, to }) => type === "cdsc" && to.includes(heif.primary ?? -1));
  const item = described.flatMap(({ from }) => heif.items.get(from) ?? []).find(({ type }) => type === "Exif");
  const [extent] = item?.extents ?? [];
  if (extent === undefined) return undefined;
  const from = extent.from + (extent.isInside ? (heif.inside?.from ?? 0) : 0);
  // Four bytes say how far behind them the TIFF begins.
  if (extent.length < 4 || from + extent.length > bytes.length) return undefined;
  return bytes.subarray(from + 4 + bytes.readUInt32BE(from), from + extent.length);
}

const brandOfStill: Partial<Record<string, string>> = { avis: "avif", msf1: "mif1", hevc: "heic", hevx: "heix" };

/**
 * The same file as a still picture, where it is one in the container of a sequence: its track of a single frame is set
 * aside, and its brands name the picture.
 *
 * @returns undefined where there is no track
 */
export function asStill(bytes: Buffer, { track }: Heif): Buffer | undefined {
  if (track === undefined) return undefined;
  const still = Buffer.from(bytes);
  still.write("free", track, "latin1");
  const end = Math.min(still.readUInt32BE(0), still.length);
  for (let at = 8; at + 4 <= end; at += 4) {
    const brand = brandOfStill[still.toString("latin1", at, at + 4)];
    if (brand !== undefined) still.write(brand, at, "latin1");
  }
  return still;
}
