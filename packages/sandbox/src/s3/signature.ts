import type { Clock } from "@twobytwo/core/clock";
import {
  algorithm,
  type Credentials,
  canonicalRequest,
  encodeUri,
  readAuthorization,
  sameSignature,
  sha256,
  sign,
  signingKey,
} from "../signature-v4.ts";
import { failure } from "./errors.ts";
import { isPresigned, parameter, type Target } from "./target.ts";

/** Where keys and time come from. */
export interface Trust {
  clock: Clock;
  credentials: Credentials;
}

/** A request whose signature is right, with what is needed to check the signatures in its body. */
export interface Signed {
  accessKeyId: string;
  /** A SHA-256 in hex, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-` names. */
  payload: string;
  seed: ChunkSeed;
}

export interface ChunkSeed {
  signingKey: Buffer;
  date: string;
  scope: string;
  signature: string;
}

/** What a request says about its own signature. */
interface Claim {
  credential: string;
  date: string;
  signedHeaders: string[];
  signature: string;
  payload: string;
  /** Seconds that a presigned address is good for. */
  expires?: number;
}

const maxSkew = 15 * 60_000;
const week = 7 * 86_400;

/**
 * Checks signature version 4 of a request, in its header or its query.
 * @throws AccessDenied for anonymous, unsigned and expired requests, and SignatureDoesNotMatch, InvalidAccessKeyId,
 * RequestTimeTooSkewed, AuthorizationHeaderMalformed, AuthorizationQueryParametersError
 */
export function authenticate(trust: Trust, target: Target): Signed {
  const header = target.headers.get("authorization");
  if (header !== undefined && isPresigned(target)) {
    throw failure("InvalidArgument", "Only one auth mechanism allowed; sign by query or by header, not by both");
  }
  if (header === undefined && !isPresigned(target)) {
    throw failure("AccessDenied", "Access Denied: the request is not signed, and no bucket here is public");
  }
  const claim = header === undefined ? claimOfQuery(target) : claimOfHeader(target, header);
  const { accessKeyId, scope, secret } = resolveCredential(trust, claim);
  checkTime(trust.clock(), claim);
  checkCoverage(target, claim);
  const canonical = canonicalRequest({
    ...claim,
    method: target.method,
    path: target.path.split("/").map(encodeUri).join("/"),
    query: target.query.filter(([name]) => name !== "X-Amz-Signature"),
    header: (name) => target.headers.get(name),
  });
  const toSign = [algorithm, claim.date, scope, sha256(canonical)].join("\n");
  const key = signingKey(secret, scope);
  if (!sameSignature(sign(key, toSign), claim.signature)) throw mismatch(accessKeyId, toSign, canonical);
  return {
    accessKeyId,
    payload: claim.payload,
    seed: { signingKey: key, date: claim.date, scope, signature: claim.signature },
  };
}

/** Checks the signature of a POST policy, which signs the encoded document alone; returns the access key id. */
export function authenticatePolicy(
  trust: Trust,
  form: { policy: string; algorithm: string; credential: string; date: string; signature: string },
): string {
  if (form.algorithm !== algorithm) throw failure("InvalidArgument", `X-Amz-Algorithm only supports ${algorithm}`);
  const { accessKeyId, scope, secret } = resolveCredential(trust, form);
  if (!sameSignature(sign(signingKey(secret, scope), form.policy), form.signature)) {
    throw mismatch(accessKeyId, form.policy);
  }
  return accessKeyId;
}

/** The signature that follows another one in a chunked body. */
export function chainedSignature(seed: ChunkSeed, kind: "PAYLOAD" | "TRAILER", hashes: readonly string[]): string {
  const toSign = [`${algorithm}-${kind}`, seed.date, seed.scope, seed.signature, ...hashes].join("\n");
  return sign(seed.signingKey, toSign);
}

function claimOfHeader(target: Target, header: string): Claim {
  if (!header.startsWith(`${algorithm} `)) {
    throw failure("InvalidRequest", `The authorization mechanism is not supported. Please use ${algorithm}.`);
  }
  const read = readAuthorization(header);
  if (read === undefined) {
    throw failure(
      "AuthorizationHeaderMalformed",
      "The authorization header needs Credential, SignedHeaders and Signature",
    );
  }
  const date = target.headers.get("x-amz-date");
  if (!date) throw failure("AccessDenied", "AWS authentication requires a valid x-amz-date header");
  const payload = target.headers.get("x-amz-content-sha256");
  if (!payload) throw failure("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  return { ...read, date, payload };
}

function claimOfQuery(target: Target): Claim {
  const part = (name: string) => {
    const value = parameter(target, `X-Amz-${name}`);
    if (value) return value;
    throw failure("AuthorizationQueryParametersError", `A presigned address needs the query parameter X-Amz-${name}`);
  };
  if (part("Algorithm") !== algorithm) {
    throw failure("AuthorizationQueryParametersError", `X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const expires = Number(part("Expires"));
  if (!Number.isInteger(expires) || expires < 0 || expires > week) {
    throw failure(
      "AuthorizationQueryParametersError",
      `X-Amz-Expires must be a number of seconds up to a week (${week})`,
    );
  }
  return {
    credential: part("Credential"),
    date: part("Date"),
    signedHeaders: part("SignedHeaders").split(";"),
    signature: part("Signature"),
    payload:
      parameter(target, "X-Amz-Content-Sha256") ?? target.headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    expires,
  };
}

function resolveCredential(trust: Trust, claim: { credential: string; date: string }) {
  const parts = claim.credential.split("/");
  const [day, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join("/");
  const isWhole = accessKeyId && region && service === "s3" && terminator === "aws4_request";
  if (!isWhole || day !== claim.date.slice(0, 8)) {
    throw failure(
      "AuthorizationHeaderMalformed",
      "The credential must read <key>/<day of x-amz-date>/<region>/s3/aws4_request",
    );
  }
  const secret = trust.credentials(accessKeyId);
  if (secret === undefined) {
    throw failure("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
      AWSAccessKeyId: accessKeyId,
    });
  }
  return { accessKeyId, scope: parts.slice(-4).join("/"), secret };
}

function checkTime(now: number, claim: Claim): void {
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.date) ?? [];
  const signedAt = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
  if (Number.isNaN(signedAt)) throw failure("AccessDenied", "The signing date must read like 20261124T061500Z");
  if (claim.expires === undefined) {
    if (Math.abs(now - signedAt) <= maxSkew) return;
    throw failure(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      {
        RequestTime: claim.date,
        ServerTime: new Date(now).toISOString(),
        MaxAllowedSkewMilliseconds: maxSkew,
      },
    );
  }
  if (signedAt - now > maxSkew) throw failure("AccessDenied", "Request is not yet valid");
  if (now > signedAt + claim.expires * 1000) {
    throw failure("AccessDenied", "Request has expired", {
      "X-Amz-Expires": claim.expires,
      Expires: new Date(signedAt + claim.expires * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
}

/** An `x-amz-` header that the signature leaves out could be added by anybody on the way. */
function checkCoverage(target: Target, claim: Claim): void {
  const missing = [...target.headers.keys()].filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !claim.signedHeaders.includes(name),
  );
  if (missing.length === 0) return;
  throw failure("AccessDenied", "There were headers present in the request which were not signed", {
    HeadersNotSigned: missing.join(", "),
  });
}

function mismatch(accessKeyId: string, toSign: string, canonical?: string): Error {
  return failure(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    {
      AWSAccessKeyId: accessKeyId,
      StringToSign: toSign,
      ...(canonical === undefined ? {} : { CanonicalRequest: canonical }),
    },
  );
}
