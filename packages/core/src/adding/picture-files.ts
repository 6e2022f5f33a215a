import { constants, type Dirent, readdirSync } from "node:fs";
import { glob, open, readdir, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { TaskError } from "../errors.ts";
import { headBytes, kindOf } from "../pictures/kind.ts";
import { titleOfName } from "../squares/file-name-title.ts";
import type { Words } from "../squares/words.ts";
import { type Entry, entryAt, whatOther, whyGone, whyUnreadable } from "./entry.ts";
import {
  describeLeftAlone,
  type LeftAlone,
  type Library,
  libraryAround,
  whyInLibrary,
  whyLeftAlone,
  whyMarked,
} from "./left-alone.ts";

/** A picture that waits to be read, with its words. */
export interface PictureFile {
  /** As a person knows it, for example the path that was given; said in messages, kept nowhere. */
  name: string;
  /** Known before it is read, so that memory can be kept free for it. */
  size: number;
  words: Words;
  read(): Promise<Buffer>;
}

let collator: Intl.Collator | undefined;

/** Orders names as people do, "2" before "10", and the same on every machine. */
export function compareNaturally(one: string, other: string): number {
  collator ??= new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const [parts, otherParts] = [one.split(/[\\/]/), other.split(/[\\/]/)];
  for (let at = 0; at < Math.min(parts.length, otherParts.length); at += 1) {
    const order = collator.compare(parts[at] ?? "", otherParts[at] ?? "");
    if (order !== 0) return order;
  }
  return parts.length - otherParts.length || (one < other ? -1 : Number(one > other));
}

/** A title from a file's name: "blue-no-12.jpg" is "blue no 12". */
export const titleOf = (file: string): string => titleOfName(path.basename(file)) || "Untitled";

/** Names that a person takes for pictures: what such a file is instead is said. */
const pictureName =
  /\.(jpe?g|jpe|jfif|png|apng|webp|avif|tiff?|hei[cf]|hif|gif|svg|bmp|psd|jxl|jp2|dng|nef|cr[23]|arw|orf|rw2|raf)$/i;
const magic = /[*?[\]{}!]/;

type OnLeftAlone = (folder: LeftAlone) => void;

/** A file, or what cannot be read, with the rest of a sentence that says why. */
type Found = { file: string } & ({ real: string; size: number } | { why: string });

/**
 * The pictures that paths mean: files, folders with all that is in them, and globs, also where no shell expands
 * them. A file that was named is always one; within folders and globs hidden files are skipped, and so is what
 * neither is called a picture nor begins like one. Libraries of other programs and hidden folders are left alone.
 * What cannot be read comes as a picture whose reading says why. No file comes twice, whatever leads to it.
 *
 * @throws Rejected for a path that means nothing, and for a library.
 */
export async function* picturesAt(
  paths: readonly string[],
  words: Partial<Words> = {},
  onLeftAlone: OnLeftAlone = () => {},
): AsyncGenerator<PictureFile> {
  const seen = new Set<string>();
  for (const given of paths) {
    const left: LeftAlone[] = [];
    const leave = (folder: LeftAlone) => {
      left.push(folder);
      onLeftAlone(folder);
    };
    let isAny = false;
    for await (const found of foundAt(given, leave)) {
      isAny = true;
      const id = "real" in found ? found.real : path.resolve(found.file);
      if (seen.has(id)) continue;
      seen.add(id);
      yield pictureFile(found.file, found, { title: titleOf(found.file), ...words });
    }
    if (!isAny) throw new TaskError("rejected", nothingAt(given, left));
  }
}

function nothingAt(given: string, left: readonly LeftAlone[]): string {
  const nothing = `There is no picture at ${given}: check the path, or put pictures there.`;
  return [nothing, ...describeLeftAlone(left)].join(" ");
}

async function* foundAt(given: string, leave: OnLeftAlone): AsyncGenerator<Found> {
  const entry = await entryAt(given);
  if (entry.kind === "folder") {
    const library = libraryAround(path.resolve(given)) ?? libraryAround(entry.real);
    if (library !== undefined) throw new TaskError("rejected", refusedLibrary(given, library));
    yield* foundIn(given, new Set(), leave);
  } else if (entry.kind !== "absent") yield whatIsAt(given, entry);
  else if (magic.test(given)) yield* matching(given, leave);
  else throw new TaskError("rejected", `${given} does not exist: check the path.`);
}

function refusedLibrary(given: string, library: Library): string {
  const where = path.resolve(given) === library.path ? "is" : `belongs to ${library.path},`;
  return `${given} ${where} ${library.what}: ${library.wayOut}, and add those.`;
}

function whatIsAt(file: string, entry: Exclude<Entry, { kind: "folder" }>): Found {
  if (entry.kind === "file") return { file, real: entry.real, size: entry.size };
  if (entry.kind === "other") return { file, why: whatOther };
  return { file, why: entry.kind === "absent" ? whyGone(file) : entry.why };
}

async function* matching(pattern: string, leave: OnLeftAlone): AsyncGenerator<Found> {
  const parts = pattern.split(/[\\/]/);
  const literal = new Set(parts.filter((part) => !magic.test(part)));
  const asksForHidden = parts.some((part) => /^\.[^.]/.test(part));
  const fixed = parts
    .slice(
      0,
      parts.findIndex((part) => magic.test(part)),
    )
    .join(path.sep);
  const base = path.resolve(fixed === "" && path.isAbsolute(pattern) ? path.sep : fixed);
  const found: Found[] = [];
  const nameOf = (file: string) => (path.isAbsolute(pattern) ? file : path.relative(process.cwd(), file));
  const passed = new Set<string>();
  // Glob skips folders that it cannot read without a word, and asks about some twice.
  const exclude = (entry: Dirent): boolean => {
    const folder = path.resolve(entry.parentPath, entry.name);
    if (!entry.isDirectory() || passed.has(folder)) return false;
    const isNamed = literal.has(entry.name) && libraryAround(entry.name) === undefined;
    const why = isNamed ? undefined : whyLeftAlone(entry.name);
    const looked = why === undefined && isBelow(folder, base) ? lookInto(folder, isNamed) : { leave: why };
    if (looked.leave !== undefined) leave({ path: nameOf(folder), why: looked.leave });
    if (looked.unreadable !== undefined) found.push({ file: nameOf(folder), why: looked.unreadable });
    if (looked.leave !== undefined || looked.unreadable !== undefined) return true;
    passed.add(folder);
    return false;
  };
  for await (const { parentPath, name } of glob(pattern, { withFileTypes: true, exclude })) {
    const file = nameOf(path.join(parentPath, name));
    if (!asksForHidden && name.startsWith(".")) continue;
    const entry = await entryAt(file);
    if (entry.kind !== "folder") found.push(...(await pictureAt(file, entry)));
  }
  yield* found.sort((one, other) => compareNaturally(one.file, other.file));
}

/** Above the first part of a pattern that is magic, no folder has to be listed. */
const isBelow = (folder: string, base: string) => !path.relative(base, folder).startsWith("..");

function lookInto(folder: string, isNamed: boolean): { leave?: string | undefined; unreadable?: string } {
  try {
    const names = readdirSync(folder);
    return { leave: isNamed ? undefined : whyMarked(names) };
  } catch (error) {
    return { unreadable: whyUnreadable(error) };
  }
}

async function* foundIn(folder: string, above: ReadonlySet<string>, leave: OnLeftAlone): AsyncGenerator<Found> {
  const listed = await list(folder);
  if ("why" in listed) return yield { file: folder, why: listed.why };
  const { real, names } = listed;
  // A link back to a folder above would lead in circles.
  if (above.has(real)) return;
  const marked = above.size > 0 ? whyMarked(names) : undefined;
  if (marked !== undefined) return leave({ path: folder, why: marked });
  const folders: string[] = [];
  for (const name of names.sort(compareNaturally)) {
    const file = path.join(folder, name);
    const entry = await entryAt(file);
    const isFolder = entry.kind === "folder";
    // Some that belong to the system may not even be looked at.
    const mayBeFolder = isFolder || entry.kind === "unreadable";
    // A link may lead into a library.
    const why = (mayBeFolder ? whyLeftAlone(name) : undefined) ?? (isFolder ? whyInLibrary(entry.real) : undefined);
    if (why !== undefined) leave({ path: file, why });
    else if (isFolder) folders.push(file);
    else if (!name.startsWith(".")) yield* await pictureAt(file, entry);
  }
  for (const inner of folders) yield* foundIn(inner, new Set([...above, real]), leave);
}

async function list(folder: string): Promise<{ real: string; names: string[] } | { why: string }> {
  try {
    return { real: await realpath(folder), names: await readdir(folder) };
  } catch (error) {
    return { why: whyUnreadable(error) };
  }
}

/** Nothing where it is known that it is no picture. */
async function pictureAt(file: string, entry: Exclude<Entry, { kind: "folder" }>): Promise<Found[]> {
  if (pictureName.test(file) || entry.kind === "unreadable" || entry.kind === "absent") return [whatIsAt(file, entry)];
  if (entry.kind === "other") return [];
  try {
    return (await beginsLikePicture(file)) ? [whatIsAt(file, entry)] : [];
  } catch (error) {
    return [{ file, why: whyUnreadable(error) }];
  }
}

async function beginsLikePicture(file: string): Promise<boolean> {
  // Where a pipe stands in its place by now, it is not waited for.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return "kind" in kindOf(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Where it cannot be read, reading it says so: the others are not kept out. */
export function pictureFile(name: string, found: Found, words: Words): PictureFile {
  if ("size" in found) return { name, size: found.size, words, read: () => readFile(found.file) };
  const refused = new TaskError("mediaMissing", `${name} ${found.why}`);
  return { name, size: 0, words, read: () => Promise.reject(refused) };
}
