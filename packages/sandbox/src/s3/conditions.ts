import { failure } from "./errors.ts";
import type { StoredObject } from "./store.ts";

/** Which bytes of an object to send, both ends included; of an empty object `end` is -1. */
export interface Span {
  start: number;
  end: number;
  isPart: boolean;
}

/** Weighs the conditions of a read; `prefix` is `x-amz-copy-source-` for the source of a copy. */
export function weighRead(
  headers: ReadonlyMap<string, string>,
  object: Pick<StoredObject, "eTag" | "lastModified">,
  prefix = "",
): "proceed" | "not-modified" | "failed" {
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  if (ifMatch !== undefined && !matches(ifMatch, object.eTag)) return "failed";
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, object.eTag) ? "not-modified" : "proceed";
  // Of a browser; HTTP dates have whole seconds.
  const modifiedSince = Date.parse(headers.get(`${prefix}if-modified-since`) ?? "");
  return Math.floor(object.lastModified / 1000) * 1000 <= modifiedSince ? "not-modified" : "proceed";
}

/**
 * Lets a write go on only when its `If-None-Match: *` or `If-Match` holds for the object there is now.
 * @throws PreconditionFailed, NoSuchKey for `If-Match` without an object, NotImplemented for other `If-None-Match`
 */
export function checkWrite(
  headers: ReadonlyMap<string, string>,
  current: Pick<StoredObject, "eTag"> | undefined,
): void {
  const ifNoneMatch = headers.get("if-none-match");
  const ifMatch = headers.get("if-match");
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== "*") {
      throw failure("NotImplemented", "A header you provided implies functionality that is not implemented");
    }
    if (current) throw preconditionFailed();
  }
  if (ifMatch === undefined) return;
  if (!current) throw failure("NoSuchKey", "The specified key does not exist.");
  if (!matches(ifMatch, current.eTag)) throw preconditionFailed();
}

export function preconditionFailed(): Error {
  return failure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
}

/**
 * Reads `Range`. What is no single range of bytes means the whole object, as in S3.
 * @throws InvalidRange when the range lies outside
 */
export function readRange(headers: ReadonlyMap<string, string>, object: StoredObject): Span {
  const whole = { start: 0, end: object.size - 1, isPart: false };
  const range = headers.get("range");
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? "") ?? [];
  if (first === "" && last === "") return whole;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return whole;
  const start = first === "" ? Math.max(0, object.size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? object.size - 1 : Math.min(Number(last), object.size - 1);
  if (start > end) {
    throw failure("InvalidRange", "The requested range is not satisfiable");
  }
  return { start, end, isPart: true };
}

function matches(header: string, eTag: string): boolean {
  return header.split(",").some((given) => {
    const plain = given.trim().replace(/^W\//, "").replace(/^"|"$/g, "");
    return plain === "*" || plain === eTag;
  });
}
