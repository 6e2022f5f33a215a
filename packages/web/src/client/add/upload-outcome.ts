import type { Upload } from "../../contract.ts";
import { api } from "../base/api.ts";
import { ApiError, Unreachable } from "../base/request.ts";

const everyMs = 700;
const atOnce = 50;

interface Waiting {
  id: string;
  resolve: (upload: Upload | undefined) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<string, Waiting>();
let asking = false;

/** Waits until an upload is settled; undefined if the server no longer knows it. All waiting uploads are asked about in one call. */
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

/**
 * Adds a look-alike anyway, and waits until it is there. If another device has decided on it before, that decision stands.
 *
 * @throws ApiError, and an Error if the server no longer knows the upload.
 */
export async function addAnyway(uploadId: string): Promise<Upload> {
  await unlessAnswered(["refused"], () => api.allowUpload(uploadId));
  const upload = await outcomeOf(uploadId);
  if (upload === undefined) throw new Error("This upload has expired. Send the picture again.");
  return upload;
}

/** Discards a look-alike. @returns undefined; or what became of it, if another device has decided on it before. */
export async function discard(uploadId: string): Promise<Upload | undefined> {
  // The picture of an unknown upload is deleted by the bucket itself.
  const answer = await unlessAnswered(["refused", "not-found"], () => api.dropUpload(uploadId));
  return answer === "refused" ? outcomeOf(uploadId) : undefined;
}

/** @returns the type of the problem, if it is one of `kinds`; undefined if the call succeeded. */
async function unlessAnswered(kinds: readonly string[], call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && kinds.includes(error.problem.type)) return error.problem.type;
    throw error;
  }
}
