import { readFile } from "node:fs/promises";
import path from "node:path";
import { TaskError } from "../errors.ts";
import type { Words } from "../squares/words.ts";
import { readCsv } from "./csv.ts";
import { type Entry, entryAt, whatOther, whyUnreadable } from "./entry.ts";
import { type PictureFile, pictureFile, titleOf } from "./picture-files.ts";

const columns = { known: ["file", "title", "caption", "alt text", "series"], required: ["file"] } as const;

/**
 * The pictures of a CSV file, in its order; paths are relative to its folder, and `words` fill what a row leaves empty.
 *
 * @throws Rejected where the CSV, or a file that it names, cannot be read.
 */
export async function* picturesOfCsv(csv: string, words: Partial<Words> = {}): AsyncGenerator<PictureFile> {
  for (const { line, values } of readCsv(csv, await readTable(csv), columns)) {
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

async function readTable(csv: string): Promise<Buffer> {
  const entry = await entryAt(csv);
  if (entry.kind === "absent") throw new TaskError("rejected", `${csv} does not exist: check the path.`);
  const why = entry.kind === "file" ? whyTooLarge(entry.size) : whyNoFile(entry);
  if (why !== undefined) throw new TaskError("rejected", `${csv} ${why}`);
  return readFile(csv).catch((error) => {
    throw new TaskError("rejected", `${csv} ${whyUnreadable(error)}`, { cause: error });
  });
}

/** Far more rows than a queue has; all of them are in memory at once. */
const mostBytes = 32 * 1024 * 1024;
const whyTooLarge = (size: number) =>
  size > mostBytes ? "has more than 32 MB: make several tables of it." : undefined;

function whyNoFile(entry: Exclude<Entry, { kind: "file" | "absent" }>): string {
  if (entry.kind === "folder") return "is a folder: name a file.";
  return entry.kind === "other" ? whatOther : entry.why;
}

/** Where the file is missing, reading it says so: the other rows are not kept out. */
async function rowFile(file: string, name: string, words: Words): Promise<PictureFile> {
  const entry = await entryAt(file);
  if (entry.kind === "file") return pictureFile(name, { file, real: entry.real, size: entry.size }, words);
  if (entry.kind === "absent") return { name, size: 0, words, read: () => readFile(file) };
  return pictureFile(name, { file, why: whyNoFile(entry) }, words);
}
