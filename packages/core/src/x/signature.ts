import { createHmac } from "node:crypto";
import type { XCredentials } from "./credentials.ts";

const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The `Authorization` header of OAuth 1.0a (RFC 5849, HMAC-SHA1) for a request without a query, whose body is no
 * form and so is not signed. The library signs what it sends itself, and it cannot send a stream.
 *
 * @param nonce used once for this second.
 * @param now milliseconds since the epoch.
 */
export function signedHeader(
  request: { method: string; url: string },
  keys: XCredentials,
  { nonce, now }: { nonce: string; now: number },
): string {
  const parameters: [string, string][] = [
    ["oauth_consumer_key", keys.CONSUMER_KEY],
    ["oauth_nonce", nonce],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(Math.floor(now / 1000))],
    ["oauth_token", keys.ACCESS_TOKEN],
    ["oauth_version", "1.0"],
  ];
  // They are in the order of their names already, as the signature wants them.
  const list = parameters.map(([name, value]) => `${name}=${encoded(value)}`).join("&");
  const base = [request.method, request.url, list].map(encoded).join("&");
  const secret = `${encoded(keys.CONSUMER_SECRET)}&${encoded(keys.ACCESS_TOKEN_SECRET)}`;
  const signature = createHmac("sha1", secret).update(base).digest("base64");
  const header = [...parameters, ["oauth_signature", signature] as const];
  return `OAuth ${header.map(([name, value]) => `${name}="${encoded(value)}"`).join(", ")}`;
}
