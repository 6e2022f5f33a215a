import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "./aws-error.ts";

/** The secret that belongs to an access key id; undefined where nobody has that key. */
export type Credentials = (accessKeyId: string) => string | undefined;

export const algorithm = "AWS4-HMAC-SHA256";

/** What a request says about its signature. */
export interface Claim {
  /** `<key>/<day>/<region>/<service>/aws4_request` */
  credential: string;
  /** As in `x-amz-date`. */
  date: string;
  /** Lower-case names, in order. */
  signedHeaders: readonly string[];
  signature: string;
}

/** What of a request is signed; docs.aws.amazon.com, "Create a signed AWS API request". */
export interface SignedParts {
  method: string;
  /** Encoded as the service wants it signed. */
  path: string;
  /** Names and values, decoded, without the signature itself. */
  query: readonly (readonly [name: string, value: string])[];
  /** By their lower-case names. */
  headers: ReadonlyMap<string, string>;
  /** A SHA-256 in hex, or one of the words that S3 takes in its place. */
  payload: string;
}

const wrong = (message: string) => new AwsError("InvalidSignatureException", message);

/** @throws AwsError MissingAuthenticationTokenException, IncompleteSignatureException, as services of JSON protocols say */
export function claimOf(headers: ReadonlyMap<string, string>): Claim {
  const [authorization = "", date] = [headers.get("authorization"), headers.get("x-amz-date")];
  if (!authorization.startsWith(`${algorithm} `))
    throw new AwsError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  const part = (name: string) => new RegExp(`[ ,]${name}=([^, ]+)`).exec(authorization)?.[1];
  const [credential, signedHeaders, signature] = [part("Credential"), part("SignedHeaders"), part("Signature")];
  if (credential && signedHeaders && signature && date)
    return { credential, date, signedHeaders: signedHeaders.split(";"), signature };
  const message =
    "The Authorization header requires Credential, SignedHeaders and Signature, and x-amz-date beside it.";
  throw new AwsError("IncompleteSignatureException", message);
}

/**
 * Whose request this is: the access key id. How old a signature is, is not asked here: tests move the clock of AWS without
 * that of its callers, and who could overhear a request on this machine could read the secret as well.
 *
 * @param service As the signature names it, for example `dynamodb`.
 * @throws AwsError UnrecognizedClientException, InvalidSignatureException
 */
export function callerOf(credentials: Credentials, service: string, claim: Claim, parts: SignedParts): string {
  // An `x-amz-` header that is not covered could be added by anybody on the way.
  const mustBeCovered = (name: string) => name === "host" || name.startsWith("x-amz-");
  const uncovered = [...parts.headers.keys()].filter(
    (name) => mustBeCovered(name) && !claim.signedHeaders.includes(name),
  );
  if (uncovered.length > 0) throw wrong(`The signature must cover the headers ${uncovered.join(", ")} as well.`);
  const request = sha256(canonicalRequest(claim.signedHeaders, parts));
  return signerOf(credentials, service, claim, (scope) => [algorithm, claim.date, scope, request].join("\n"));
}

/** Whose signature of a text it is; the text may name the scope of the key. @throws AwsError as `callerOf` */
export function signerOf(
  credentials: Credentials,
  service: string,
  { credential, date, signature }: Omit<Claim, "signedHeaders">,
  textOf: (scope: string) => string,
): string {
  const parts = credential.split("/");
  const accessKeyId = parts.slice(0, -4).join("/");
  const [day, region, scoped, terminator] = parts.slice(-4);
  const isRight = day === date.slice(0, 8) && scoped === service && terminator === "aws4_request";
  if (!accessKeyId || !region || !isRight)
    throw wrong(`The credential must read <key>/<day of x-amz-date>/<region>/${service}/aws4_request.`);
  const scope = parts.slice(-4).join("/");
  const secret = credentials(accessKeyId);
  if (secret === undefined)
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
  if (isSignatureOf(textOf(scope), { secret, scope }, signature)) return accessKeyId;
  throw wrong(
    "The request signature we calculated does not match the signature you provided: the secret is another one, or the request was changed on its way.",
  );
}

function canonicalRequest(
  signedHeaders: readonly string[],
  { method, path, query, headers, payload }: SignedParts,
): string {
  const sorted = query
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`);
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? "").replace(/\s+/g, " ").trim()}\n`);
  return [method, path, sorted.join("&"), lines.join(""), signedHeaders.join(";"), payload].join("\n");
}

/** Headers by their lower-case names, as they are signed. */
export function headerMap(headers: IncomingHttpHeaders): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(",").trim()]));
}

/** Keys that were derived; a caller needs one a day and service, and the four hashes behind each cost more than the rest. */
const derived = new Map<string, Buffer>();

function signingKey(secret: string, scope: string): Buffer {
  const name = `${scope}\n${secret}`;
  const known = derived.get(name);
  if (known) return known;
  const key = scope.split("/").reduce<Buffer>((sofar, part) => hmac(sofar, part), Buffer.from(`AWS4${secret}`));
  derived.set(name, key);
  return key;
}

/** Whether this is the signature of a text; takes as long for every wrong one. */
function isSignatureOf(text: string, key: { secret: string; scope: string }, given: string): boolean {
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
