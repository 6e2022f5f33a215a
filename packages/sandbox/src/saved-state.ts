import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** JSON that survives a restart and a crash. */
export interface SavedState<T> {
  /** Undefined when nothing was saved yet. */
  load(): T | undefined;
  /** Done when the file holds all of `value`; a crash leaves either the old file or the new one. */
  save(value: T): void;
}

/**
 * One file in `directory`, which is made when it is missing and readable for its owner alone; without a directory nothing
 * is kept. Synchronous, so that no request is answered before what it changed is on disk, and none overtakes another.
 *
 * @throws Error where the file is damaged; it names the file and the way out.
 */
export function savedState<T>(directory: string | undefined, name: string): SavedState<T> {
  if (directory === undefined) return { load: () => undefined, save: () => {} };
  const path = join(directory, name);
  return {
    load() {
      const text = readIfThere(path);
      return text === undefined ? undefined : parseKept(text, path);
    },
    save: (value) => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`),
  };
}

/** @throws Error where a file is damaged; it names the file and the way out. */
export function parseKept<T>(text: string, path: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${path} is damaged: delete it, and the sandbox starts without that state.`, { cause });
  }
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const unfinished = ".unfinished";

/** Done when it is on the disk; a crash leaves all of the old file or all of the new one. Makes the folder. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}${unfinished}`;
  const file = openSync(draft, "w", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
