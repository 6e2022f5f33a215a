import { lstat, realpath, stat } from "node:fs/promises";

/** What stands at a path. `real` is the path without links. */
export type Entry =
  | { kind: "file"; real: string; size: number }
  | { kind: "folder"; real: string }
  /** A pipe, a socket or a device: opening one may wait for ever. */
  | { kind: "other" }
  | { kind: "absent" }
  | { kind: "unreadable"; why: string };

/** Looks at a path without opening it. Never rejects. */
export async function entryAt(file: string): Promise<Entry> {
  try {
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) return { kind: "other" };
    const real = await realpath(file);
    return found.isFile() ? { kind: "file", real, size: found.size } : { kind: "folder", real };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") return { kind: "unreadable", why: whyUnreadable(error) };
    const isLink = await lstat(file).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    return isLink
      ? { kind: "unreadable", why: "is a link that leads nowhere: fix it, or delete it." }
      : { kind: "absent" };
  }
}

export const whatOther = "is a pipe, a socket or a device: name a file.";

/** What a folder lists and what is not there when it is looked at. */
export const whyGone = (file: string) =>
  // The character by which Node replaces bytes that it cannot read.
  file.includes("\ufffd")
    ? "has a name that is not UTF-8: rename it."
    : "is gone since its folder was listed: check the folder.";

const whys: Record<string, string> = {
  EACCES: "cannot be read (EACCES): change its permissions, or those of the folders above it.",
  EPERM: "cannot be read (EPERM): allow this terminal to read it, or change its permissions.",
  ELOOP: "is a link that leads back to itself: fix it, or delete it.",
  ENAMETOOLONG: "cannot be read (ENAMETOOLONG): its path is too long, move it higher up.",
};

/** The rest of a sentence that begins with the name. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return whys[code ?? ""] ?? `cannot be read (${code ?? message}): check the disk that it is on.`;
}
