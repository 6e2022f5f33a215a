import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "@twobytwo/core/clock";
import type { XCredentials } from "@twobytwo/core/x/credentials";
import { encodeUri } from "../signature-v4.ts";

/** A request as far as RFC 5849 signs it. */
export interface SignedRequest {
  method: string;
  /** Absolute, with its query, as it was sent. */
  url: string;
  authorization: string | undefined;
}

/** Nonces that were used, with the second after which they may be forgotten. */
export type Nonces = Map<string, number>;

/** X refuses a timestamp that is further from its own clock than this. */
const allowedSkewSecs = 300;

/**
 * RFC 5849 section 3.4.1: method, URL and all parameters but `oauth_signature` and `realm`. A form would be signed as well, but
 * no call here takes one.
 */
export function signatureBase(method: string, url: string, oauth: readonly (readonly [string, string])[]): string {
  const { protocol, host, pathname, search } = new URL(url);
  const parameters = [...new URLSearchParams(search), ...oauth]
    .filter(([name]) => name !== "oauth_signature" && name !== "realm")
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return [method.toUpperCase(), `${protocol}//${host}${pathname}`, parameters].map(encodeUri).join("&");
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export function signature(base: string, consumerSecret: string, tokenSecret: string): string {
  const key = `${encodeUri(consumerSecret)}&${encodeUri(tokenSecret)}`;
  return createHmac("sha1", key).update(base).digest("base64");
}

/** The parameters of an `Authorization: OAuth …` header; undefined when it is not one. */
export function oauthParameters(authorization: string | undefined): [string, string][] | undefined {
  const list = /^OAuth\s+(.+)$/is.exec(authorization?.trim() ?? "")?.[1];
  if (list === undefined) return undefined;
  const parameters: [string, string][] = [];
  for (const item of list.split(",")) {
    const [, name, value] = /^\s*([^=\s]+)="([^"]*)"\s*$/.exec(item) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      parameters.push([decodeURIComponent(name), decodeURIComponent(value)]);
    } catch {
      // A broken percent escape: such a header can have no valid signature.
      return undefined;
    }
  }
  return parameters;
}

/**
 * Whether the request carries a signature of these credentials, fresh and not seen before. X tells a caller no more
 * than "Unauthorized", so the reason is not told here either. A nonce is used up only by a valid signature.
 */
export function isSigned(
  port: { credentials: XCredentials; nonces: Nonces; clock: Clock },
  request: SignedRequest,
): boolean {
  const { credentials, nonces } = port;
  const parameters = oauthParameters(request.authorization);
  if (!parameters || new Set(parameters.map(([name]) => name)).size !== parameters.length) return false;
  const { oauth_consumer_key, oauth_token, oauth_signature_method, oauth_version, ...rest } =
    Object.fromEntries(parameters);
  if (oauth_consumer_key !== credentials.CONSUMER_KEY || oauth_token !== credentials.ACCESS_TOKEN) return false;
  if (oauth_signature_method !== "HMAC-SHA1" || (oauth_version ?? "1.0") !== "1.0") return false;

  const { oauth_nonce: nonce, oauth_timestamp: timestamp, oauth_signature: given } = rest;
  if (!nonce || !given || !timestamp || !/^[1-9]\d{0,11}$/.test(timestamp)) return false;
  const now = Math.floor(port.clock() / 1000);
  if (Math.abs(now - Number(timestamp)) > allowedSkewSecs) return false;

  const base = signatureBase(request.method, request.url, parameters);
  const expected = Buffer.from(signature(base, credentials.CONSUMER_SECRET, credentials.ACCESS_TOKEN_SECRET));
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return false;

  for (const [used, until] of nonces) if (until < now) nonces.delete(used);
  const use = `${timestamp} ${nonce}`;
  if (nonces.has(use)) return false;
  nonces.set(use, Number(timestamp) + allowedSkewSecs);
  return true;
}
