import type { Upload } from "../../contract.ts";
import { Unreachable } from "../base/api.ts";
import { api } from "../base/endpoints.ts";

const everyMs = 700;
const atOnce = 50;

interface Waiting {
  id: string;
  resolve: (upload: Upload | undefined) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<string, Waiting>();
let asking = false;

/** What became of an upload; undefined where the server knows it no longer. All that wait ask in one call. */
export function outcomeOf(id: string, signal?: AbortSignal): Promise<Upload | undefined> {
  return new Promise((resolve, reject) => {
    waiting.set(id, { id, resolve, reject });
    signal?.addEventListener("abort", () => {
      waiting.delete(id);
      reject(signal.reason);
    });
    if (!asking) void ask();
  });
}

async function ask(): Promise<void> {
  asking = true;
  while (waiting.size > 0) {
    const asked = [...waiting.values()].slice(0, atOnce);
    try {
      const uploads = new Map((await api.uploads(asked.map(({ id }) => id))).map((upload) => [upload.id, upload]));
      for (const { id } of asked) {
        const upload = uploads.get(id);
        if (upload?.state === "waiting") continue;
        waiting.get(id)?.resolve(upload);
        waiting.delete(id);
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) {
        for (const { id, reject } of asked) {
          waiting.delete(id);
          reject(error);
        }
      }
    }
    if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  asking = false;
}
