import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unfinished, writeWhole } from "../saved-state.ts";

/** Keeps bytes by name; a name is `folder/file`, made of letters, digits, `.`, `_` and `-`. */
export interface Disk {
  /** Done when the bytes would survive a crash; a name holds its old bytes or its new ones, never a part of them. */
  write(name: string, bytes: Uint8Array): void;
  read(name: string): Buffer | undefined;
  /** A file, or a folder with all that is in it. */
  remove(name: string): void;
  /** File names of a folder without the folder, in no particular order. */
  names(folder: string): string[];
}

/** For tests and for sandboxes that forget. */
export function memoryDisk(): Disk {
  const files = new Map<string, Buffer>();
  return {
    write: (name, bytes) => void files.set(name, Buffer.from(bytes)),
    read: (name) => files.get(name),
    remove(name) {
      for (const file of files.keys()) if (file === name || file.startsWith(`${name}/`)) files.delete(file);
    },
    names: (folder) =>
      [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1)),
  };
}

/** Files below `directory`. Synchronous, so that of two changes neither overtakes the other. */
export function folderDisk(directory: string): Disk {
  const pathOf = (name: string) => join(directory, ...name.split("/"));
  return {
    write: (name, bytes) => writeWhole(pathOf(name), bytes),
    read: (name) => unlessAbsent(() => readFileSync(pathOf(name)), undefined),
    remove: (name) => rmSync(pathOf(name), { force: true, recursive: true }),
    names: (folder) => unlessAbsent(() => readdirSync(pathOf(folder)), []).filter((name) => !name.endsWith(unfinished)),
  };
}

function unlessAbsent<T>(read: () => T, instead: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return instead;
    throw error;
  }
}
