import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { PictureFile } from "@twobytwo/core/adding/picture-files";
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
