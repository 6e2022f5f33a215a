import { createHash } from "node:crypto";
import { type Checksum, type ChecksumAlgorithm, compareChecksum, createDigest, givenChecksum } from "./checksums.ts";
import { failure } from "./errors.ts";
import type { Signed } from "./signature.ts";

export interface Body {
  bytes: Buffer;
  promise: Promised;
}

export interface Promised {
  /** In hex, from the signature. */
  sha256?: string;
  checksum?: Checksum;
  /** A checksum to calculate that nothing is compared with. */
  wanted?: ChecksumAlgorithm;
}

export interface Received {
  size: number;
  /** In hex: the ETag of a plain object. */
  md5: string;
  checksum?: Checksum;
}

const hashed = /^[0-9a-f]{64}$/;
const streaming = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/** The body of a signed request, decoded, with all that its headers promise; nothing is compared yet. */
export function signedBody(bytes: Buffer, headers: ReadonlyMap<string, string>, signed: Signed): Body {
  const promise = promisedDigests(headers);
  if (signed.payload === streaming) return decodeChunks(bytes, headers);
  if (signed.payload.startsWith("STREAMING-"))
    throw failure("NotImplemented", `The sandbox takes no stream signed as ${signed.payload}, only ${streaming}`);
  if (signed.payload !== "UNSIGNED-PAYLOAD" && !hashed.test(signed.payload))
    throw failure("InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a SHA-256 in hex");
  if (contentEncodings(headers).includes("aws-chunked") || headers.has("x-amz-trailer"))
    throw failure("InvalidRequest", "aws-chunked and trailers need x-amz-content-sha256 to be one of STREAMING-…");
  if (headers.has("transfer-encoding")) {
    throw failure(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented: Transfer-Encoding",
    );
  }
  return { bytes, promise: { ...promise, ...(hashed.test(signed.payload) && { sha256: signed.payload }) } };
}

/**
 * Decodes `aws-chunked`, in which SDKs send streams: chunks with their size before them, then the trailers that were announced.
 * @throws MissingContentLength, IncompleteBody, MalformedTrailerError
 */
function decodeChunks(encoded: Buffer, headers: ReadonlyMap<string, string>): Body {
  const length = headers.get("x-amz-decoded-content-length");
  if (length === undefined)
    throw failure("MissingContentLength", "You must provide the length of the body: x-amz-decoded-content-length");
  const chunks: Buffer[] = [];
  let at = 0;
  const readLine = () => {
    const end = encoded.indexOf("\r\n", at);
    if (end < 0) throw failure("IncompleteBody", "The request body ended before it was complete");
    const line = encoded.toString("latin1", at, end);
    at = end + 2;
    return line;
  };
  for (let size = readSize(readLine()); size > 0; size = readSize(readLine())) {
    chunks.push(encoded.subarray(at, at + size));
    at += size;
    if (readLine() !== "") throw failure("IncompleteBody", "A chunk is longer than it says");
  }
  const trailers = new Map<string, string>();
  for (let line = readLine(); line !== ""; line = readLine()) {
    const mark = line.indexOf(":");
    trailers.set(line.slice(0, mark).trim().toLowerCase(), line.slice(mark + 1).trim());
  }
  const announced = (headers.get("x-amz-trailer") ?? "").toLowerCase().split(",").filter(Boolean);
  if (!announced.every((name) => trailers.has(name.trim())))
    throw failure("MalformedTrailerError", "The request lacks a trailer that was announced");
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== Number(length))
    throw failure("IncompleteBody", `The body does not have the ${length} bytes of x-amz-decoded-content-length`);
  return { bytes, promise: promisedDigests(new Map([...headers, ...trailers])) };
}

function readSize(line: string): number {
  if (/^[0-9a-fA-F]{1,9}$/.test(line)) return Number.parseInt(line, 16);
  throw failure("IncompleteBody", "The body is not encoded as aws-chunked, though it says so");
}

/** The digests that headers, trailers or the fields of a form promise. */
export function promisedDigests(headers: ReadonlyMap<string, string>): Promised {
  const checksum = givenChecksum(headers);
  if (headers.has("x-amz-sdk-checksum-algorithm") && !checksum && !headers.has("x-amz-trailer")) {
    throw failure("InvalidRequest", "x-amz-sdk-checksum-algorithm came without an x-amz-checksum- header or a trailer");
  }
  return checksum ? { checksum } : {};
}

/**
 * Compares a body with what was promised.
 * @throws XAmzContentSHA256Mismatch, BadDigest
 */
export async function receive({ bytes, promise }: Body): Promise<Received> {
  if (promise.sha256 !== undefined && promise.sha256 !== createHash("sha256").update(bytes).digest("hex")) {
    throw failure(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const received = { size: bytes.length, md5: createHash("md5").update(bytes).digest("hex") };
  const algorithm = promise.checksum?.algorithm ?? promise.wanted;
  if (!algorithm) return received;
  const digest = createDigest(algorithm);
  digest.update(bytes);
  const value = Buffer.from(await digest.digest()).toString("base64");
  if (promise.checksum) compareChecksum(promise.checksum, value);
  return { ...received, checksum: { algorithm, value } };
}

export async function receiveText(body: Body): Promise<string> {
  await receive(body);
  return body.bytes.toString("utf8");
}

/** Content encodings as sent, `aws-chunked` among them: it describes the way here and is not kept. */
export function contentEncodings(headers: ReadonlyMap<string, string>): string[] {
  const names = headers.get("content-encoding")?.split(",") ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
