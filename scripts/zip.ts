import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Zippable, zipSync } from "fflate";
import { root } from "./root.ts";

/** The earliest time that a zip can hold: the same content gives the same bytes, whenever and wherever it is packed. */
const always = new Date(1980, 0, 1);
const unix = { os: 3, mtime: always } as const;
const readable = { ...unix, attrs: 0o644 << 16 } as const;

/** Files by their path in the zip, with `/` between folders. */
export type Files = Map<string, Uint8Array>;

/** All files below a folder, but for those whose path `isLeftOut`. */
export async function filesBelow(
  folder: string,
  { under = "", isLeftOut = () => false }: { under?: string; isLeftOut?: (name: string) => boolean } = {},
): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Files = new Map();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join("/");
    if (!isLeftOut(name)) files.set(`${under}${name}`, await readFile(file));
  }
  return files;
}

/**
 * A zip whose bytes depend on the files alone: in the order of their names, with one time and one mode for all.
 * The library's own deflate makes them, not that of the Node that happens to run.
 */
export function zip(files: Files): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: Zippable = Object.fromEntries(sorted.map(([name, bytes]) => [name, [bytes, readable]]));
  return zipSync(entries, { level: 6, ...unix });
}

const cache = path.join(root, ".cache", "zips");

/** The same as `zip`, kept by the content of the files: packing the pictures' packages again would take seconds. */
export async function keptZip(files: Files): Promise<Uint8Array> {
  const facts = [...files].map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")] as const);
  const sorted = facts.sort(([a], [b]) => (a < b ? -1 : 1));
  const key = createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
  const file = path.join(cache, `${key}.zip`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return kept;
  const bytes = zip(files);
  const fresh = `${file}.${process.pid}.tmp`;
  await mkdir(cache, { recursive: true });
  await writeFile(fresh, bytes);
  await rename(fresh, file);
  return bytes;
}
