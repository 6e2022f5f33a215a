import { type Directory, directoriesOf, readTiff, type Tiff, tags } from "./tiff-directories.ts";

/** Bits of NewSubfileType: a smaller copy of a page, and a mask that says where one is transparent. */
const noPage = 1 | 4;

export interface TiffPages {
  /** Where in the file the first page is, counted over all directories; smaller copies are no pages. */
  first: number;
  count: number;
  /** The colour profile of that page lies within the file: no decoder misses it. */
  hasWholeProfile: boolean;
}

/** As a camera's sensor gives them: no picture yet. */
const ofSensor = [32_803, 34_892];

const isPage = (tiff: Tiff, directory: Directory) =>
  ((tiff.numbers(directory.get(tags.subfile))[0] ?? 0) & noPage) === 0;

/** Whether a TIFF has a page of its own, and not only a thumbnail and what a camera's sensor gave. */
export function hasPage(bytes: Buffer): boolean {
  const tiff = readTiff(bytes);
  if (tiff === undefined) return false;
  return directoriesOf(tiff).some(
    (directory) => isPage(tiff, directory) && !ofSensor.includes(tiff.numbers(directory.get(tags.photometric))[0] ?? 0),
  );
}

/** The pages of a TIFF; undefined where its directories cannot be read. */
export function tiffPages(bytes: Buffer): TiffPages | undefined {
  const tiff = readTiff(bytes);
  if (tiff === undefined) return undefined;
  const directories = directoriesOf(tiff);
  const first = Math.max(
    directories.findIndex((directory) => isPage(tiff, directory)),
    0,
  );
  const page = directories[first];
  if (page === undefined) return undefined;
  const count = Math.max(directories.filter((directory) => isPage(tiff, directory)).length, 1);
  const profile = page.get(tags.profile);
  return { first, count, hasWholeProfile: profile === undefined || profile.value.length >= profile.count };
}
