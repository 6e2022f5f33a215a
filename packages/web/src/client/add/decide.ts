import type { Upload } from "../../contract.ts";
import { ApiError } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { outcomeOf } from "./upload-outcome.ts";

/**
 * Adds a look-alike all the same, and waits until it is there. Where another device has decided on it before, that
 * stays so.
 *
 * @throws ApiError, and an Error where nothing is known of it any more.
 */
export async function addAllTheSame(uploadId: string): Promise<Upload> {
  await unlessAnswered(["refused"], () => api.allowUpload(uploadId));
  const upload = await outcomeOf(uploadId);
  if (upload === undefined) throw new Error("Nothing is known of this picture any more: send it again.");
  return upload;
}

/** Leaves a look-alike out. @returns undefined, or what it has become where another device has decided before. */
export async function leaveOut(uploadId: string): Promise<Upload | undefined> {
  // Of one that nobody knows any more the bucket deletes the picture by itself.
  const answer = await unlessAnswered(["refused", "not-found"], () => api.dropUpload(uploadId));
  return answer === "refused" ? outcomeOf(uploadId) : undefined;
}

/** @returns the kind of problem that was answered, where it is one of those; undefined where it went well. */
async function unlessAnswered(kinds: readonly string[], call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && kinds.includes(error.problem.type)) return error.problem.type;
    throw error;
  }
}
