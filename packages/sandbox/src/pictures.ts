import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type AddPorts, addSquare } from "@twobytwo/core/add-square";
import { TaskError } from "@twobytwo/core/errors";
import * as v from "valibot";

/** A picture on disk, with its words. */
export interface PictureFile {
  file: string;
  title: string;
  caption?: string;
  altText?: string;
  series?: string;
}

export interface AddedFiles {
  added: { file: string; id: string }[];
  skipped: { file: string; equals: string }[];
  refused: { file: string; reason: string }[];
}

const Catalogue = v.array(
  v.object({
    file: v.string(),
    title: v.string(),
    caption: v.optional(v.string()),
    altText: v.optional(v.string()),
    series: v.optional(v.string()),
  }),
);

/** The pictures that come with the project, in the order of `squares.json`. */
export async function samplePictures(folder: string): Promise<PictureFile[]> {
  const catalogue = v.parse(Catalogue, JSON.parse(await readFile(path.join(folder, "squares.json"), "utf8")));
  return catalogue.map(({ file, title, caption, altText, series }) => ({
    file: path.join(folder, file),
    title,
    ...(caption !== undefined && { caption }),
    ...(altText !== undefined && { altText }),
    ...(series !== undefined && { series }),
  }));
}

const looksLikePicture = /\.(jpe?g|png|webp|gif)$/i;

/**
 * The pictures of a person's own folder, by name; the title is the name without its ending.
 *
 * @throws Rejected when there is no such folder, or no picture in it.
 */
export async function picturesIn(folder: string): Promise<PictureFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new TaskError(
      "rejected",
      `The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code}): check the path.`,
    );
  }
  const files = names.filter((name) => looksLikePicture.test(name)).sort();
  if (files.length === 0)
    throw new TaskError(
      "rejected",
      `There is no .jpg, .png, .webp or .gif in ${folder}: put pictures there, or name another folder.`,
    );
  return files.map((name) => ({
    file: path.join(folder, name),
    title: path.parse(name).name.replaceAll(/[-_]+/g, " ").trim(),
  }));
}

/** Adds one after the other, in order; a picture that is refused does not keep the others out. */
export async function addPictures(ports: AddPorts, pictures: readonly PictureFile[]): Promise<AddedFiles> {
  const result: AddedFiles = { added: [], skipped: [], refused: [] };
  for (const { file, ...words } of pictures) {
    try {
      const added = await addSquare(ports, { ...words, name: path.basename(file), bytes: await readFile(file) });
      if (added.added) result.added.push({ file, id: added.square.id });
      else result.skipped.push({ file, equals: added.equals });
    } catch (error) {
      if (!(error instanceof TaskError) || error.name === "Retryable") throw error;
      result.refused.push({ file, reason: error.message });
    }
  }
  return result;
}
