import type { AwsAnswer } from "../aws-http.ts";

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

/** XML 1.0 has no other control characters than these three, escaped or not. */
const escaped = (text: string) => text.replaceAll(/[&<>"\r]/g, (character) => entities[character] ?? "");

/** Text, a list (each item a `<member>`), or a structure. */
export type Xml = string | Xml[] | { [name: string]: Xml };

function xml(value: Xml): string {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join("");
  return Object.entries(value)
    .map(([name, item]) => `<${name}>${xml(item)}</${name}>`)
    .join("");
}

const namespace = `xmlns="http://sns.amazonaws.com/doc/2010-03-31/"`;
const headers = { "content-type": "text/xml" };

export function queryAnswer(operation: string, result: Xml, requestId: string): AwsAnswer {
  const inner = `<${operation}Result>${xml(result)}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${escaped(requestId)}</RequestId></ResponseMetadata>`;
  return {
    status: 200,
    headers,
    body: `<${operation}Response ${namespace}>${inner}${metadata}</${operation}Response>`,
  };
}

/** What this protocol calls the refusals of a signature, all of them with 403. */
const signatureCodes: Record<string, string | undefined> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  UnrecognizedClientException: "InvalidClientTokenId",
  InvalidSignatureException: "SignatureDoesNotMatch",
};

export function queryError(given: { status: number; code: string; message: string }, requestId: string): AwsAnswer {
  const { message } = given;
  const known = signatureCodes[given.code];
  const { status, code } = known === undefined ? given : { status: 403, code: known };
  const error = { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message };
  const inner = `<Error>${xml(error)}</Error><RequestId>${escaped(requestId)}</RequestId>`;
  return { status, headers, body: `<ErrorResponse ${namespace}>${inner}</ErrorResponse>` };
}
