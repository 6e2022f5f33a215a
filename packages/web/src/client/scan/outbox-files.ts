import { PlainError } from "../base/plain-words.ts";
import { createAsker } from "../base/worker.ts";

/** Files of the outbox, on this device's disk (OPFS): they survive a closed app and an empty battery. */

export interface FileQuestion {
  id: number;
  name: string;
  bytes: ArrayBuffer;
}
export interface FileAnswer {
  id: number;
  /** Name of the browser's error. */
  failure?: string;
}

/** This device does not keep the file; the message says why, as far as the browser does, and what to do. */
class NotStored extends PlainError {
  override readonly name = "NotStored";

  constructor(name: string) {
    super(reasons[name] ?? "The storage of this device did not work. Try again, or use “Add”.");
  }
}

const noStorage =
  "This browser keeps no pictures on this device, as in a private window. Open twobytwo in an ordinary window, or use “Add”.";
const reasons: Record<string, string> = {
  QuotaExceededError: "This device has no space left for the picture. Free some space and try again.",
  SecurityError: noStorage,
  NotAllowedError: noStorage,
  // Without `navigator.storage`.
  TypeError: noStorage,
};

const ask = createAsker<FileQuestion, FileAnswer>(
  () => new Worker(new URL("./outbox-worker.ts", import.meta.url), { type: "module" }),
  "The outbox could not be opened.",
);

/** Resolves when the bytes are on the disk. */
export async function writeFile(name: string, content: Blob): Promise<void> {
  const bytes = await content.arrayBuffer();
  try {
    await ask({ name, bytes }, [bytes]);
  } catch (error) {
    throw new NotStored((error as Error).message);
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle("outbox", { create: true });
  } catch (error) {
    throw new NotStored((error as Error).name);
  }
}

export async function readFile(name: string): Promise<File | undefined> {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile();
  } catch (error) {
    if ((error as Error).name === "NotFoundError") return undefined;
    throw error;
  }
}

export async function removeFile(name: string): Promise<void> {
  try {
    await (await folder()).removeEntry(name);
  } catch (error) {
    if ((error as Error).name !== "NotFoundError") throw error;
  }
}

export async function fileNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await folder()).keys()) names.push(name);
  return names.sort();
}
