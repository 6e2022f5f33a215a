/** Files of the outbox on this device's disk (OPFS): they outlive the page, the app and the battery. */

export interface FileQuestion {
  id: number;
  name: string;
  bytes: ArrayBuffer;
}
export interface FileAnswer {
  id: number;
  failure?: string;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, PromiseWithResolvers<void>>();

function startWorker(): Worker {
  const started = new Worker(new URL("./outbox-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<FileAnswer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.failure === undefined) asked?.resolve();
    else
      asked?.reject(
        new Error(`This device could not keep the picture (${data.failure}): free some space, then save it again.`),
      );
  });
  started.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message || "The outbox could not be opened."));
    waiting.clear();
  });
  return started;
}

/** Resolves when the bytes are on the disk. */
export async function writeFile(name: string, content: Blob): Promise<void> {
  worker ??= startWorker();
  const bytes = await content.arrayBuffer();
  last += 1;
  const written = Promise.withResolvers<void>();
  waiting.set(last, written);
  worker.postMessage({ id: last, name, bytes } satisfies FileQuestion, [bytes]);
  return written.promise;
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
