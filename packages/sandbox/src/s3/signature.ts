import type { Clock } from "@twobytwo/core/clock";
import {
  algorithm,
  type Credentials,
  encodeUri,
  isSignatureOf,
  readAuthorization,
  readCredential,
  textToSign,
  uncovered,
} from "../signature-v4.ts";
import { failure } from "./errors.ts";
import { isPresigned, parameter, type Target } from "./target.ts";

/** Where keys and time come from. */
export interface Trust {
  clock: Clock;
  credentials: Credentials;
}

/** A request whose signature is right. */
export interface Signed {
  accessKeyId: string;
  /** A SHA-256 in hex, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-` names. */
  payload: string;
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
  const missing = uncovered(target.headers.keys(), claim.signedHeaders);
  if (missing.length > 0) {
    throw failure("AccessDenied", "There were headers present in the request which were not signed");
  }
  const toSign = textToSign(claim.date, scope, {
    ...claim,
    method: target.method,
    path: target.path.split("/").map(encodeUri).join("/"),
    query: target.query.filter(([name]) => name !== "X-Amz-Signature"),
    header: (name) => target.headers.get(name),
  });
  if (!isSignatureOf(toSign, { secret, scope }, claim.signature)) throw mismatch();
  return { accessKeyId, payload: claim.payload };
}

/** Checks the signature of a POST policy, which signs the encoded document alone; returns the access key id. */
export function authenticatePolicy(
  trust: Trust,
  form: { policy: string; algorithm: string; credential: string; date: string; signature: string },
): string {
  if (form.algorithm !== algorithm) throw failure("InvalidArgument", `X-Amz-Algorithm only supports ${algorithm}`);
  const { accessKeyId, scope, secret } = resolveCredential(trust, form);
  if (!isSignatureOf(form.policy, { secret, scope }, form.signature)) throw mismatch();
  return accessKeyId;
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
  const credential = readCredential(claim.credential, { date: claim.date, service: "s3" });
  if (!credential) {
    throw failure(
      "AuthorizationHeaderMalformed",
      "The credential must read <key>/<day of x-amz-date>/<region>/s3/aws4_request",
    );
  }
  const { accessKeyId } = credential;
  const secret = trust.credentials(accessKeyId);
  if (secret === undefined) {
    throw failure("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  return { ...credential, secret };
}

function checkTime(now: number, claim: Claim): void {
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.date) ?? [];
  const signedAt = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
  if (Number.isNaN(signedAt)) throw failure("AccessDenied", "The signing date must read like 20261124T061500Z");
  if (claim.expires === undefined) {
    if (Math.abs(now - signedAt) <= maxSkew) return;
    throw failure("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
  }
  if (signedAt - now > maxSkew) throw failure("AccessDenied", "Request is not yet valid");
  if (now > signedAt + claim.expires * 1000) {
    throw failure("AccessDenied", "Request has expired");
  }
}

function mismatch(): Error {
  return failure(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
}
