import { createHash } from "node:crypto";
import { ulid } from "ulid";

/** Below it a picture waits to be taken in; nothing outside of it is ever read, changed or deleted. */
export const inboxFolder = "inbox/";
/** Below it stands what was not taken in, each file with a text beside it that says why. */
export const refusedFolder = "refused/";

/** One file as it was dropped; the same key with other bytes, or dropped at another time, is another drop. */
export interface Drop {
  key: string;
  /** With its quotes, as S3 gives it. */
  eTag: string;
  lastModified: Date;
}

/**
 * The keys that an event may mean, the likelier first: EventBridge gives keys as they are, S3's own
 * notifications encode them as forms do. Folders, and what is not below the inbox, are left out.
 */
export function inboxKeys(key: string): string[] {
  return [...new Set([key, formDecoded(key)])].filter(
    (candidate) => candidate.startsWith(inboxFolder) && !candidate.endsWith("/"),
  );
}

function formDecoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    // A per cent sign that encodes nothing: the key is as it is.
    return key;
  }
}

/**
 * The id of the square that a drop becomes, a ULID by the time of the drop. However often a drop is delivered, and
 * however many take it in at once, it is the same square: a picture that is there already under this very id
 * came from this drop, under another one from elsewhere.
 */
export function squareIdOf({ key, eTag, lastModified }: Drop): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([key, eTag, lastModified.getTime()]))
    .digest();
  let at = 0;
  return ulid(lastModified.getTime(), () => (bytes[at++ % bytes.length] ?? 0) / 256);
}

/** S3's limit is 1,024 bytes; room is left for ".txt" and what tells two files of one name apart. */
const mostKeyBytes = 1000;

/** Where a refused file may stand: under its own name or, where another file has that one, beside it. */
export function refusedKeys({ key, eTag }: Pick<Drop, "key" | "eTag">): [string, string] {
  const name = key
    .slice(inboxFolder.length)
    .split("/")
    // What downloads the folder must not end up elsewhere.
    .map((part) => (part === "." || part === ".." ? "_" : part))
    .join("/");
  const [, stem = name, extension = ""] = /^(.*[^/])(\.[^./]{1,16})$/s.exec(name) ?? [];
  const room = mostKeyBytes - Buffer.byteLength(refusedFolder + extension);
  const mark = `-${createHash("sha256")
    .update(JSON.stringify([key, eTag]))
    .digest("hex")
    .slice(0, 8)}`;
  return [
    `${refusedFolder}${shortened(stem, room)}${extension}`,
    `${refusedFolder}${shortened(stem, room - mark.length)}${mark}${extension}`,
  ];
}

function shortened(text: string, mostBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    kept += character;
  }
  return kept;
}
