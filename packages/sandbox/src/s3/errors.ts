import { AwsError } from "../aws-error.ts";

/** The HTTP status that S3 gives a code, where it is another than 400. */
const statusOf: Record<string, number> = {
  AccessDenied: 403,
  AccessForbidden: 403,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

/** The test wants this connection to end without any answer. */
export class ConnectionCut extends Error {
  override readonly name = "ConnectionCut";
}

/** An error with the status that S3 gives its code. */
export function failure(code: string, message: string): AwsError {
  return new AwsError(code, message, statusOf[code]);
}

const noRoom = "There is no room left on the sandbox's disk: make some, then try again.";
/** The failures of this server that a person can mend, by Node's code of the error. */
const mendable: Record<string, string> = {
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  EFBIG: "The picture is larger than a file may be here: raise the limit of the shell (ulimit -f), then try again.",
};

/** What a client is told of any error; one that nobody could foresee goes to standard error as well. */
export function answerable(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const words = error instanceof Error && "code" in error ? mendable[String(error.code)] : undefined;
  if (words === undefined) console.error(error);
  return failure("InternalError", words ?? "We encountered an internal error.");
}
