import { type Directory, directoriesOf, readTiff, type Tiff, tags } from "./tiff-directories.ts";

/** Bits of NewSubfileType: a smaller copy of a page, and a mask that says where one is transparent. */
const noPage = 1 | 4;
const uncompressed = 1;
/** Its colours have fewer values than its lightness. */
const yCbCr = 6;
const photometric = 262;

export interface TiffPages {
  /** Where in the file the first page is, counted over all directories; smaller copies are no pages. */
  first: number;
  count: number;
  /** All strips or tiles of that page lie within the file, and are as many as its pixels need. */
  isAllThere: boolean;
}

/** The pages of a TIFF; undefined where its directories cannot be read. */
export function tiffPages(bytes: Buffer): TiffPages | undefined {
  const tiff = readTiff(bytes);
  if (tiff === undefined) return undefined;
  const directories = directoriesOf(tiff);
  const isPage = (directory: Directory) => ((tiff.numbers(directory.get(tags.subfile))[0] ?? 0) & noPage) === 0;
  const first = Math.max(directories.findIndex(isPage), 0);
  const page = directories[first];
  if (page === undefined) return undefined;
  const count = Math.max(directories.filter(isPage).length, 1);
  return { first, count, isAllThere: isAllThere(tiff, page, bytes.length) };
}

function isAllThere(tiff: Tiff, page: Directory, size: number): boolean {
  const number = (tag: number, otherwise: number) => tiff.numbers(page.get(tag))[0] ?? otherwise;
  const [width, height] = [number(tags.width, 0), number(tags.height, 0)];
  const isTiled = page.has(tags.tileOffsets);
  const offsets = tiff.numbers(page.get(isTiled ? tags.tileOffsets : tags.stripOffsets));
  const lengths = tiff.numbers(page.get(isTiled ? tags.tileBytes : tags.stripBytes));
  const [across, down] = isTiled
    ? [number(tags.tileWidth, width), number(tags.tileHeight, height)]
    : [width, Math.min(number(tags.rowsPerStrip, height), height)];
  if (width === 0 || height === 0 || across === 0 || down === 0) return false;
  const samples = number(tags.samples, 1);
  const isPlanar = number(tags.planes, 1) === 2;
  const pieces = Math.ceil(width / across) * Math.ceil(height / down) * (isPlanar ? samples : 1);
  if (offsets.length < pieces || offsets.some((offset, index) => offset + (lengths[index] ?? 1) > size)) return false;
  const isPlain = number(tags.compression, uncompressed) === uncompressed && number(photometric, 0) !== yCbCr;
  // Old files leave the lengths out where they follow from the size.
  if (!isPlain || lengths.length < pieces) return true;
  const row = Math.ceil((across * (isPlanar ? 1 : samples) * number(tags.bits, 1)) / 8);
  return offsets.slice(0, pieces).every((_, index) => {
    const rowsLeft = isTiled ? down : Math.min(down, height - (index % Math.ceil(height / down)) * down);
    return (lengths[index] as number) >= row * rowsLeft;
  });
}
