import type { Incoming } from "../http-answer.ts";
import { headerMap } from "../signature-v4.ts";
import { failure } from "./errors.ts";

/** One request as S3 reads it: path style, everything decoded once. */
export interface Target {
  method: string;
  /** All of the path, as it was signed. */
  path: string;
  /** Empty for a request about the service. */
  bucket: string;
  /** Empty for a request about a bucket. */
  key: string;
  /** Names and values in the order sent. */
  query: ReadonlyArray<readonly [name: string, value: string]>;
  /** Names in lower case, repeated ones joined by commas, values as on the wire (one character a byte). */
  headers: ReadonlyMap<string, string>;
}

const signing = /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/i;

/**
 * Reads the request line by itself: `URL` would resolve `..`, which is a valid part of a key.
 * @throws InvalidURI, KeyTooLongError
 */
export function readTarget(request: Incoming): Target {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const [, rawBucket = "", rawKey = ""] = /^\/([^/]*)\/?([\s\S]*)$/.exec(path) ?? [];
  const key = decode(rawKey);
  if (Buffer.byteLength(key) > 1024) throw failure("KeyTooLongError", "Your key is too long; 1,024 bytes is the most");
  return {
    method: request.method ?? "GET",
    path: decode(path),
    bucket: decode(rawBucket),
    key,
    query: [...new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1))],
    headers: headerMap(request.headers),
  };
}

export function parameter(target: Pick<Target, "query">, name: string): string | undefined {
  return target.query.find(([sent]) => sent === name)?.[1];
}

export function isPresigned(target: Target): boolean {
  return target.query.some(([name]) => name === "X-Amz-Algorithm" || name === "X-Amz-Signature");
}

/** Whether this query parameter carries the signature and no meaning of its own. */
export function isSigningParameter(name: string): boolean {
  return signing.test(name);
}

/** Text as a header carries it: its UTF-8 bytes, one character each. */
export const wireValue = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/** @throws InvalidURI */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw failure("InvalidURI", "Couldn't parse the specified URI.");
    throw error;
  }
}
