import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Keeps bytes by name; a name is `folder/file`, made of letters, digits, `.`, `_` and `-`. */
export interface Disk {
  /** Done when the bytes would survive a crash; a name holds its old bytes or its new ones, never a part of them. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  read(name: string): Promise<Buffer | undefined>;
  /** A file, or a folder with all that is in it. */
  remove(name: string): Promise<void>;
  /** File names of a folder without the folder, in no particular order. */
  names(folder: string): Promise<string[]>;
  /** Done when every write that was asked for is over. */
  settled(): Promise<void>;
}

/** For tests and for sandboxes that forget. */
export function memoryDisk(): Disk {
  const files = new Map<string, Buffer>();
  return {
    write: async (name, bytes) => void files.set(name, Buffer.from(bytes)),
    read: async (name) => files.get(name),
    remove: async (name) => {
      for (const file of files.keys()) if (file === name || file.startsWith(`${name}/`)) files.delete(file);
    },
    names: async (folder) =>
      [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1)),
    settled: async () => {},
  };
}

const unfinished = ".unfinished";

/** Files below `directory`, which is made when it is not there. */
export async function folderDisk(directory: string): Promise<Disk> {
  await mkdir(directory, { recursive: true });
  let tail: Promise<unknown> = Promise.resolve();

  // One change after the other: two writes of one name must land in the order in which they were asked for.
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = tail.then(change);
    // The caller gets the failure through `done`; the queue goes on without it.
    tail = done.catch(() => {});
    return done;
  };
  const pathOf = (name: string) => join(directory, ...name.split("/"));

  return {
    write: (name, bytes) =>
      inTurn(async () => {
        const path = pathOf(name);
        const draft = join(dirname(path), `${randomUUID()}${unfinished}`);
        await mkdir(dirname(path), { recursive: true });
        const file = await open(draft, "w");
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, path);
      }),
    read: (name) => readFile(pathOf(name)).catch(absent(undefined)),
    remove: (name) => inTurn(() => rm(pathOf(name), { force: true, recursive: true })),
    names: async (folder) => {
      const entries = await readdir(pathOf(folder)).catch(absent([]));
      return entries.filter((entry) => !entry.endsWith(unfinished));
    },
    settled: async () => {
      await tail;
    },
  };
}

function absent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
