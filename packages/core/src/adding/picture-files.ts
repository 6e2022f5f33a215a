import { glob, open, readdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { TaskError } from "../errors.ts";
import { headBytes, kindOf } from "../pictures/kind.ts";
import { isFileNameTitle } from "../squares/file-name-title.ts";
import type { Words } from "../squares/words.ts";
import { readCsv } from "./csv.ts";

/** A picture that waits to be read, with its words. */
export interface PictureFile {
  /** As a person knows it, for example the path that was given; said in messages, kept nowhere. */
  name: string;
  /** Known before it is read, so that memory can be kept free for it. */
  size: number;
  words: Words;
  read(): Promise<Buffer>;
}

const naturally = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Orders names as people do, "2" before "10", and the same on every machine. */
export function compareNaturally(one: string, other: string): number {
  const [parts, otherParts] = [one.split(/[\\/]/), other.split(/[\\/]/)];
  for (let at = 0; at < Math.min(parts.length, otherParts.length); at += 1) {
    const order = naturally.compare(parts[at] ?? "", otherParts[at] ?? "");
    if (order !== 0) return order;
  }
  return parts.length - otherParts.length || (one < other ? -1 : Number(one > other));
}

/** A title from a file's name: "blue-no-12.jpg" is "blue no 12". */
export function titleOf(file: string): string {
  const name = path.parse(path.basename(file)).name.normalize("NFC");
  if (isFileNameTitle(name)) return name;
  const title = name
    .replaceAll("_", " ")
    .replaceAll(/(?<!\d)-+|-+(?!\d)/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return title === "" ? "Untitled" : title;
}

const isHidden = (name: string) => name.startsWith(".") || name === "__MACOSX" || name.startsWith("@eaDir");
/** Names that a person takes for pictures: what such a file is instead is said. */
const pictureName =
  /\.(jpe?g|jpe|jfif|png|apng|webp|avif|tiff?|hei[cf]|hif|gif|svg|bmp|psd|jxl|jp2|dng|nef|cr[23]|arw|orf|rw2|raf)$/i;
const magic = /[*?[\]{}!]/;

/**
 * The pictures that paths mean: files, folders with all that is in them, and globs, also where no shell expands
 * them. A file that was named is always one; within folders and globs hidden files are skipped, and so is what
 * neither is called a picture nor begins like one. No file comes twice, whatever leads to it.
 *
 * @throws Rejected for a path that means nothing.
 */
export async function* picturesAt(paths: readonly string[], words: Partial<Words> = {}): AsyncGenerator<PictureFile> {
  const seen = new Set<string>();
  for (const given of paths) {
    let isAny = false;
    for await (const file of filesAt(given)) {
      isAny = true;
      const real = await realpath(file);
      if (seen.has(real)) continue;
      seen.add(real);
      yield await pictureFile(file, { title: titleOf(file), ...words });
    }
    if (!isAny)
      throw new TaskError("rejected", `There is no picture at ${given}: check the path, or put pictures there.`);
  }
}

async function* filesAt(given: string): AsyncGenerator<string> {
  const found = await stat(given).catch(ignoreMissing);
  if (found?.isDirectory()) yield* filesIn(given, new Set());
  else if (found !== undefined) yield given;
  else if (magic.test(given)) yield* matching(given);
  else throw new TaskError("rejected", `${given} does not exist: check the path.`);
}

async function* matching(pattern: string): AsyncGenerator<string> {
  const files: string[] = [];
  const asksForHidden = /(^|[\\/])\.[^.\\/]/.test(pattern);
  for await (const file of glob(pattern)) {
    const isShown =
      asksForHidden || !file.split(/[\\/]/).some((part) => part !== "." && part !== ".." && isHidden(part));
    if (isShown) files.push(file);
  }
  for (const file of files.sort(compareNaturally)) {
    const found = await stat(file).catch(ignoreMissing);
    if (found?.isFile() && (await looksLikePicture(file))) yield file;
  }
}

async function* filesIn(folder: string, above: ReadonlySet<string>): AsyncGenerator<string> {
  const real = await realpath(folder);
  // A link back to a folder above would lead in circles.
  if (above.has(real)) return;
  const names = (await readdir(folder)).filter((name) => !isHidden(name)).sort(compareNaturally);
  const folders: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(ignoreMissing);
    if (found?.isDirectory()) folders.push(file);
    else if (found?.isFile() && (await looksLikePicture(file))) yield file;
  }
  for (const inner of folders) yield* filesIn(inner, new Set([...above, real]));
}

async function looksLikePicture(file: string): Promise<boolean> {
  if (pictureName.test(file)) return true;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return "kind" in kindOf(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** A link that leads nowhere, or a file that went away meanwhile. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ELOOP") return undefined;
  throw error;
}

async function pictureFile(file: string, words: Words): Promise<PictureFile> {
  const { size } = await stat(file);
  return { name: file, size, words, read: () => readFile(file) };
}

const columns = { known: ["file", "title", "caption", "alt text", "series"], required: ["file"] } as const;

/**
 * The pictures of a CSV file, in its order; paths are relative to its folder, and `words` fill what a row leaves empty.
 *
 * @throws Rejected where the CSV, or a file that it names, cannot be read.
 */
export async function* picturesOfCsv(csv: string, words: Partial<Words> = {}): AsyncGenerator<PictureFile> {
  const bytes = await readFile(csv).catch(ignoreMissing);
  if (bytes === undefined) throw new TaskError("rejected", `${csv} does not exist: check the path.`);
  for (const { line, values } of readCsv(csv, bytes, columns)) {
    const named = values["file"] ?? "";
    if (named === "") throw new TaskError("rejected", `${csv} has no file on line ${line}: fill in the column file.`);
    const file = path.resolve(path.dirname(csv), named);
    const filled = Object.entries({
      title: values["title"],
      caption: values["caption"],
      altText: values["alt text"],
      series: values["series"],
    }).filter(([, value]) => value !== undefined && value !== "");
    yield await rowFile(file, named, { title: titleOf(file), ...words, ...Object.fromEntries(filled) });
  }
}

/** Where the file is missing, reading it says so: the other rows are not kept out. */
async function rowFile(file: string, name: string, words: Words): Promise<PictureFile> {
  const found = await stat(file).catch(ignoreMissing);
  return { name, size: found?.size ?? 0, words, read: () => readFile(file) };
}
