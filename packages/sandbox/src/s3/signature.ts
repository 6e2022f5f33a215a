import type { Clock } from "@twobytwo/core/clock";
import { AwsError } from "../aws-error.ts";
import { algorithm, type Claim, type Credentials, callerOf, claimOf, encodeUri, signerOf } from "../signature-v4.ts";
import { failure } from "./errors.ts";
import { isPresigned, parameter, type Target } from "./target.ts";

export interface Trust {
  clock: Clock;
  credentials: Credentials;
}

export interface Signed {
  accessKeyId: string;
  /** A SHA-256 in hex, `UNSIGNED-PAYLOAD`, or one of the `STREAMING-` names. */
  payload: string;
}

/** Seconds that a presigned address is good for. */
type S3Claim = Claim & { payload: string; expires?: number };

/** What S3 calls the refusals of a signature. */
const codes: Record<string, string | undefined> = {
  MissingAuthenticationTokenException: "AccessDenied",
  IncompleteSignatureException: "AuthorizationHeaderMalformed",
  UnrecognizedClientException: "InvalidAccessKeyId",
  InvalidSignatureException: "SignatureDoesNotMatch",
};

function inWordsOfS3<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof AwsError ? failure(codes[error.code] ?? error.code, error.message) : error;
  }
}

const maxSkew = 15 * 60_000;
const week = 7 * 86_400;

/**
 * Checks signature version 4 of a request, in its header or its query.
 * @throws AccessDenied for unsigned and expired requests, and SignatureDoesNotMatch, InvalidAccessKeyId,
 * RequestTimeTooSkewed, AuthorizationHeaderMalformed, AuthorizationQueryParametersError
 */
export function authenticate(trust: Trust, target: Target): Signed {
  const { method, headers } = target;
  if (headers.has("authorization") && isPresigned(target)) {
    throw failure("InvalidArgument", "Only one auth mechanism allowed; sign by query or by header, not by both");
  }
  const claim = isPresigned(target) ? claimOfQuery(target) : claimOfHeader(target);
  checkTime(trust.clock(), claim);
  const accessKeyId = inWordsOfS3(() =>
    callerOf(trust.credentials, "s3", claim, {
      method,
      path: target.path.split("/").map(encodeUri).join("/"),
      query: target.query.filter(([name]) => name !== "X-Amz-Signature"),
      headers,
      payload: claim.payload,
    }),
  );
  return { accessKeyId, payload: claim.payload };
}

/** Checks the signature of a POST policy, which signs the encoded document alone; returns the access key id. */
export function authenticatePolicy(
  trust: Trust,
  form: { policy: string; algorithm: string; credential: string; date: string; signature: string },
): string {
  if (form.algorithm !== algorithm) throw failure("InvalidArgument", `X-Amz-Algorithm only supports ${algorithm}`);
  return inWordsOfS3(() => signerOf(trust.credentials, "s3", form, () => form.policy));
}

function claimOfHeader({ headers }: Target): S3Claim {
  const claim = inWordsOfS3(() => claimOf(headers));
  const payload = headers.get("x-amz-content-sha256");
  if (!payload) throw failure("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  return { ...claim, payload };
}

function claimOfQuery(target: Target): S3Claim {
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

function checkTime(now: number, claim: S3Claim): void {
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
