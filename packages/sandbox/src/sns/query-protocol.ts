import type { AwsAnswer } from "../aws-http.ts";
import { branch, leaf } from "../xml.ts";

const namespace = `xmlns="http://sns.amazonaws.com/doc/2010-03-31/"`;
const headers = { "content-type": "text/xml" };

export function queryAnswer(operation: string, result: Record<string, string>, requestId: string): AwsAnswer {
  const leaves = Object.entries(result).map(([name, value]) => leaf(name, value));
  const metadata = branch("ResponseMetadata", leaf("RequestId", requestId));
  const inner = `${branch(`${operation}Result`, ...leaves)}${metadata}`;
  return { status: 200, headers, body: `<${operation}Response ${namespace}>${inner}</${operation}Response>` };
}

/** What this protocol calls the refusals of a signature, all of them with 403. */
const signatureCodes: Record<string, string | undefined> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
};

export function queryError(given: { status: number; code: string; message: string }, requestId: string): AwsAnswer {
  const known = signatureCodes[given.code];
  const { status, code } = known === undefined ? given : { status: 403, code: known };
  const type = status < 500 ? "Sender" : "Receiver";
  const error = branch("Error", leaf("Type", type), leaf("Code", code), leaf("Message", given.message));
  const body = `<ErrorResponse ${namespace}>${error}${leaf("RequestId", requestId)}</ErrorResponse>`;
  return { status, headers, body };
}
