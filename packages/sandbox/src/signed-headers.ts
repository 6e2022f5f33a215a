import { algorithm, canonicalRequest, sha256, sign, signingKey } from "./signature-v4.ts";

/** The keys of a caller. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * The headers of a signed `POST /` to a service of the sandbox, for callers that change or make up what no SDK would
 * send. `host` is among what is signed, and left to whoever sends it.
 *
 * @param url The emulator's address.
 * @param headers With lower-case names; they are signed as well.
 */
export function signedHeaders(
  keys: Keys,
  request: { url: string; service: string; headers: Record<string, string>; body: string | Buffer; now: number },
): Record<string, string> {
  const date = `${new Date(request.now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  const headers: Record<string, string> = { ...request.headers, "x-amz-date": date };
  const all: Record<string, string> = { ...headers, host: new URL(request.url).host };
  const names = Object.keys(all).sort();
  const canonical = canonicalRequest({
    method: "POST",
    path: "/",
    query: [],
    header: (name) => all[name],
    signedHeaders: names,
    payload: sha256(request.body),
  });
  const scope = `${date.slice(0, 8)}/us-east-1/${request.service}/aws4_request`;
  const signature = sign(
    signingKey(keys.secretAccessKey, scope),
    [algorithm, date, scope, sha256(canonical)].join("\n"),
  );
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  const authorization = `${algorithm} ${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}
