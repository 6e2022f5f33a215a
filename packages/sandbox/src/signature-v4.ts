import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The secret that belongs to an access key id; undefined where nobody has that key. */
export type Credentials = (accessKeyId: string) => string | undefined;

export const algorithm = "AWS4-HMAC-SHA256";

/** What of a request is signed; docs.aws.amazon.com, "Create a signed AWS API request". */
export interface SignedParts {
  method: string;
  /** Encoded as the service wants it signed. */
  path: string;
  /** Names and values, decoded, without the signature itself. */
  query: readonly (readonly [name: string, value: string])[];
  /** Value of a header by its lower-case name. */
  header: (name: string) => string | undefined;
  /** Lower-case names, in order. */
  signedHeaders: readonly string[];
  /** A SHA-256 in hex, or one of the words that S3 takes in its place. */
  payload: string;
}

/** The text that is signed with the key of a scope. */
export function textToSign(date: string, scope: string, parts: SignedParts): string {
  return [algorithm, date, scope, sha256(canonicalRequest(parts))].join("\n");
}

function canonicalRequest({ method, path, query, header, signedHeaders, payload }: SignedParts): string {
  const sorted = query
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`);
  const headers = signedHeaders.map((name) => `${name}:${(header(name) ?? "").replace(/\s+/g, " ").trim()}\n`);
  return [method, path, sorted.join("&"), headers.join(""), signedHeaders.join(";"), payload].join("\n");
}

/** The three parts of an `Authorization` header of this version; undefined where it is no such header or lacks one. */
export function readAuthorization(
  header: string,
): { credential: string; signedHeaders: string[]; signature: string } | undefined {
  if (!header.startsWith(`${algorithm} `)) return undefined;
  const part = (name: string) => new RegExp(`[ ,]${name}=([^, ]+)`).exec(header)?.[1];
  const [credential, signedHeaders, signature] = [part("Credential"), part("SignedHeaders"), part("Signature")];
  if (!credential || !signedHeaders || !signature) return undefined;
  return { credential, signedHeaders: signedHeaders.split(";"), signature };
}

/**
 * Takes `<key>/<day>/<region>/<service>/aws4_request` apart; undefined where it is not for this service and this day.
 *
 * @param date of the signature, as in `x-amz-date`
 */
export function readCredential(
  credential: string,
  { date, service }: { date: string; service: string },
): { accessKeyId: string; scope: string } | undefined {
  const parts = credential.split("/");
  const accessKeyId = parts.slice(0, -4).join("/");
  const scope = parts.slice(-4);
  const [day, region, scoped, terminator] = scope;
  const isRight = day === date.slice(0, 8) && scoped === service && terminator === "aws4_request";
  return accessKeyId && region && isRight ? { accessKeyId, scope: scope.join("/") } : undefined;
}

/** The headers that a signature must cover and does not: an `x-amz-` one could be added by anybody on the way. */
export function uncovered(headers: Iterable<string>, signedHeaders: readonly string[]): string[] {
  const mustBeCovered = (name: string) => name === "host" || name.startsWith("x-amz-");
  return [...headers].filter((name) => mustBeCovered(name) && !signedHeaders.includes(name));
}

/** Keys that were derived; a caller needs one a day and service, and the four hashes behind each cost more than the rest. */
const derived = new Map<string, Buffer>();
/** Nobody who makes up scopes may fill the memory. */
const mostDerived = 100;

function signingKey(secret: string, scope: string): Buffer {
  const name = `${scope}\n${secret}`;
  const known = derived.get(name);
  if (known) return known;
  if (derived.size >= mostDerived) derived.clear();
  const key = scope.split("/").reduce<Buffer>((sofar, part) => hmac(sofar, part), Buffer.from(`AWS4${secret}`));
  derived.set(name, key);
  return key;
}

/** Whether this is the signature of a text; takes as long for every wrong one. */
export function isSignatureOf(text: string, key: { secret: string; scope: string }, given: string): boolean {
  const right = Buffer.from(hmac(signingKey(key.secret, key.scope), text).toString("hex"));
  const other = Buffer.from(given);
  return right.length === other.length && timingSafeEqual(right, other);
}

export function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Percent encoding as it is signed: all but letters, digits and `-._~`. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
