import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer);
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return this.#hash.digest();
  }
}

/**
 * The headers of a `POST /` to a service of the sandbox, signed by AWS's own code, for callers that change or make up what no
 * SDK would send. `host` is among what is signed, and left to whoever sends it.
 *
 * @param headers With lower-case names; they are signed as well.
 */
export async function signedHeaders(
  credentials: { accessKeyId: string; secretAccessKey: string },
  request: { url: string; service: string; headers: Record<string, string>; body: string; now: number },
): Promise<Record<string, string>> {
  const { service, body, now } = request;
  const { host, hostname } = new URL(request.url);
  const signer = new SignatureV4({ service, region: "us-east-1", credentials, sha256: Sha256 });
  const { headers } = await signer.sign(
    { method: "POST", protocol: "http:", hostname, path: "/", headers: { ...request.headers, host }, body },
    { signingDate: new Date(now) },
  );
  const { host: _, ...rest } = headers;
  return rest;
}
