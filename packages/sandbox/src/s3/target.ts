import type { Incoming } from "../http-answer.ts";
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

/** Query parameters that sign a request; any other `x-amz-` one of a presigned address stands for a header. */
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
    query: readQuery(mark < 0 ? "" : url.slice(mark + 1)),
    headers: readHeaders(request.rawHeaders),
  };
}

/** Value of a query parameter, undefined where it was not sent. */
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

/**
 * Headers with those that a presigned address carries in its query, as SDKs put metadata and checksums there.
 * A header that was sent wins.
 */
export function effectiveHeaders(target: Target): ReadonlyMap<string, string> {
  if (!isPresigned(target)) return target.headers;
  const hoisted = target.query.filter(([name]) => /^x-amz-/i.test(name) && !signing.test(name));
  return new Map([
    ...hoisted.map(([name, value]) => [name.toLowerCase(), wireValue(value)] as const),
    ...target.headers,
  ]);
}

/** Text as a header carries it: its UTF-8 bytes, one character each. */
export function wireValue(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function readQuery(raw: string): Array<readonly [string, string]> {
  return raw
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const mark = part.indexOf("=");
      const [name, value] = mark < 0 ? [part, ""] : [part.slice(0, mark), part.slice(mark + 1)];
      return [decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " "))] as const;
    });
}

function readHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? "";
    const value = raw[at + 1]?.trim() ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw failure("InvalidURI", "Couldn't parse the specified URI.");
    throw error;
  }
}
