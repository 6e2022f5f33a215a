import type { IncomingHttpHeaders } from "node:http";
import {
  type Credentials,
  encodeUri,
  isSignatureOf,
  readAuthorization,
  readCredential,
  sha256,
  textToSign,
  uncovered,
} from "./signature-v4.ts";

/** A request of any service but S3, which signs in a way of its own (`s3/signature.ts`). */
export interface SignedRequest {
  method: string;
  /** With its percent-encoding, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Nobody whom the sandbox knows has signed this; `code` is what services of JSON protocols call it. */
export class SignatureRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }
}

/**
 * Checks signature version 4 in the header of a request to one service, and says whose it is: the access key id.
 *
 * How old a signature is, is not asked, unlike in S3 with its addresses that expire: tests move the clock of AWS without
 * that of its callers, and who could overhear a request on this machine could read the secret as well.
 *
 * @param service As the signature names it, for example `dynamodb`.
 * @throws SignatureRefused MissingAuthenticationTokenException, IncompleteSignatureException,
 * UnrecognizedClientException, InvalidSignatureException
 */
export function callerOf(credentials: Credentials, service: string, request: SignedRequest): string {
  const { authorization = "" } = request.headers;
  if (!authorization.startsWith("AWS4-"))
    throw new SignatureRefused("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  const claim = readAuthorization(authorization);
  const date = request.headers["x-amz-date"];
  if (claim === undefined || typeof date !== "string") {
    const message =
      "The Authorization header requires Credential, SignedHeaders and Signature, and x-amz-date beside it.";
    throw new SignatureRefused("IncompleteSignatureException", message);
  }
  const credential = readCredential(claim.credential, { date, service });
  if (!credential)
    throw invalid(`The credential must read <key>/<day of x-amz-date>/<region>/${service}/aws4_request.`);
  const { accessKeyId, scope } = credential;
  const secret = credentials(accessKeyId);
  if (secret === undefined)
    throw new SignatureRefused("UnrecognizedClientException", "The security token included in the request is invalid.");
  const unsigned = uncovered(Object.keys(request.headers), claim.signedHeaders);
  if (unsigned.length > 0) throw invalid(`The signature must cover the headers ${unsigned.join(", ")} as well.`);
  const toSign = textToSign(date, scope, {
    method: request.method,
    // As it was sent, and encoded once more: only S3 signs a path as it is.
    path: request.path.split("/").map(encodeUri).join("/"),
    query: [...request.query],
    header: (name) => [request.headers[name]].flat().join(","),
    signedHeaders: claim.signedHeaders,
    payload: sha256(request.body),
  });
  if (isSignatureOf(toSign, { secret, scope }, claim.signature)) return accessKeyId;
  throw invalid(
    "The request signature we calculated does not match the signature you provided: the secret is another one, or the request was changed on its way.",
  );
}

const invalid = (message: string) => new SignatureRefused("InvalidSignatureException", message);
