import { messageOf } from "../base/request.ts";
import { createAsker } from "../base/worker.ts";

/** Files of the outbox, on this device's disk (OPFS): they survive a closed app and an empty battery. */

export interface FileQuestion {
  id: number;
  name: string;
  bytes: ArrayBuffer;
}
export interface FileAnswer {
  id: number;
  failure?: string;
}

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
    throw new Error(
      `The picture could not be saved on this device (${messageOf(error)}). Free some space and try again.`,
    );
  }
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle("outbox", { create: true });
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
