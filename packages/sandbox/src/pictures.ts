import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type AddSummary, addMany } from "@twobytwo/core/adding/add-many";
import type { LeftAlone } from "@twobytwo/core/adding/left-alone";
import { type PictureFile, picturesAt } from "@twobytwo/core/adding/picture-files";
import type { Ports } from "@twobytwo/core/ports";
import * as v from "valibot";

const Catalogue = v.array(
  v.object({
    file: v.string(),
    title: v.string(),
    caption: v.exactOptional(v.string()),
    altText: v.exactOptional(v.string()),
    series: v.exactOptional(v.string()),
  }),
);

/** The pictures that come with the project, in the order of `squares.json`. */
export async function* samplePictures(folder: string): AsyncGenerator<PictureFile> {
  const catalogue = v.parse(Catalogue, JSON.parse(await readFile(path.join(folder, "squares.json"), "utf8")));
  for (const { file, ...words } of catalogue) {
    const name = path.join(folder, file);
    yield { name, size: (await stat(name)).size, words, read: () => readFile(name) };
  }
}

/**
 * The pictures of a person's own folder and the folders in it, by name.
 *
 * @param leave gets each folder that is not looked into
 * @throws Rejected when there is no such folder, or no picture in it.
 */
export const picturesIn = (folder: string, leave: (folder: LeftAlone) => void): AsyncGenerator<PictureFile> =>
  picturesAt([folder], {}, leave);

/** Adds them in order; a picture that is refused does not keep the others out. */
export const addPictures = (ports: Ports, pictures: AsyncIterable<PictureFile>): Promise<AddSummary> =>
  addMany(ports, pictures, {});
