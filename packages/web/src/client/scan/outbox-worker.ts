import type { FileAnswer, FileQuestion } from "./outbox-files.ts";

/** Writes files to the origin's own disk. In a worker, since Safari opens them for writing nowhere else. */
const scope = globalThis as unknown as Pick<Worker, "postMessage"> & {
  onmessage: ((event: MessageEvent<FileQuestion>) => void) | null;
};

scope.onmessage = async ({ data: { id, name, bytes } }) => {
  const answer = (rest: Omit<FileAnswer, "id">) => scope.postMessage({ id, ...rest });
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("outbox", { create: true });
    const file = await folder.getFileHandle(name, { create: true });
    const open = await file.createSyncAccessHandle();
    try {
      open.truncate(0);
      open.write(new Uint8Array(bytes));
      open.flush();
    } finally {
      open.close();
    }
    answer({});
  } catch (error) {
    answer({ failure: error instanceof Error ? error.name : String(error) });
  }
};
