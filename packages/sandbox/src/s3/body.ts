import { createHash } from "node:crypto";
import { decodeChunks } from "./aws-chunked.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumHeader,
  compareChecksum,
  createDigest,
  givenChecksum,
  readChecksum,
} from "./checksums.ts";
import { failure } from "./errors.ts";
import type { Signed } from "./signature.ts";

/** A body on its way in, and what was said about it beforehand. */
export interface Body {
  pieces: AsyncIterable<Buffer>;
  promise: Promised;
}

export interface Promised {
  /** Length in bytes, where it is known beforehand. */
  length?: number;
  /** In hex, from the signature. */
  sha256?: string;
  checksum?: Checksum;
  /** A checksum to calculate that nothing is compared with. */
  wanted?: ChecksumAlgorithm;
  /** Gives the trailers of the body once it has been read. */
  trailers?: () => ReadonlyMap<string, string>;
}

/** What a body turned out to be. */
export interface Received {
  size: number;
  /** In hex: the ETag of a plain object. */
  md5: string;
  checksum?: Checksum;
}

/** The most that one put or one part may have. */
const largestBody = 5 * 1024 ** 3;
const largestDocument = 8 * 1024 ** 2;
const hashed = /^[0-9a-f]{64}$/;
const streaming = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/** The body of a signed request, decoded, with all that its headers promise; nothing is read or compared yet. */
export function signedBody(
  incoming: AsyncIterable<Buffer>,
  headers: ReadonlyMap<string, string>,
  signed: Signed,
): Body {
  const promise = promisedDigests(headers);
  if (signed.payload !== streaming) {
    if (signed.payload.startsWith("STREAMING-"))
      throw failure("NotImplemented", `The sandbox takes no stream signed as ${signed.payload}, only ${streaming}`);
    if (signed.payload !== "UNSIGNED-PAYLOAD" && !hashed.test(signed.payload))
      throw failure(
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a SHA-256 in hex",
      );
    if (contentEncodings(headers).includes("aws-chunked") || headers.has("x-amz-trailer"))
      throw failure("InvalidRequest", "aws-chunked and trailers need x-amz-content-sha256 to be one of STREAMING-…");
    const sha256 = hashed.test(signed.payload) ? { sha256: signed.payload } : {};
    return { pieces: incoming, promise: { ...promise, ...sha256, length: plainLength(headers) } };
  }
  const length = readLength(headers.get("x-amz-decoded-content-length"));
  const trailers = trailerNames(headers);
  const trailerChecksum = trailers.find((name) => name.startsWith("x-amz-checksum-"));
  let arrived: ReadonlyMap<string, string> = new Map();
  const pieces = decodeChunks(incoming, { length, trailers }, (all) => {
    arrived = all;
  });
  if (!trailerChecksum) return { pieces, promise: { ...promise, length } };
  const wanted = checksumAlgorithm(trailerChecksum.slice("x-amz-checksum-".length));
  return { pieces, promise: { ...promise, length, wanted, trailers: () => arrived } };
}

/** The digests that headers or the fields of a form promise. */
export function promisedDigests(headers: ReadonlyMap<string, string>): Promised {
  const checksum = givenChecksum(headers);
  if (headers.has("x-amz-sdk-checksum-algorithm") && !checksum && !headers.has("x-amz-trailer")) {
    throw failure("InvalidRequest", "x-amz-sdk-checksum-algorithm came without an x-amz-checksum- header or a trailer");
  }
  return checksum ? { checksum } : {};
}

/**
 * Hands a body on piece by piece and compares it with what was promised at the end.
 * @throws EntityTooLarge, IncompleteBody, XAmzContentSHA256Mismatch, BadDigest, and what the decoding throws
 */
export async function receive(
  body: Body,
  write: (piece: Buffer) => Promise<unknown>,
  most: number = largestBody,
): Promise<Received> {
  const { promise } = body;
  const algorithm = promise.checksum?.algorithm ?? promise.wanted;
  const md5 = createHash("md5");
  const sha256 = promise.sha256 === undefined ? undefined : createHash("sha256");
  const checksum = algorithm && createDigest(algorithm);
  let size = 0;
  for await (const piece of body.pieces) {
    size += piece.length;
    if (size > most) {
      throw failure("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    for (const digest of [md5, sha256, checksum]) digest?.update(piece);
    await write(piece);
  }
  if (promise.length !== undefined && promise.length !== size) {
    throw failure(
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    );
  }
  const calculated = sha256?.digest().toString("hex");
  if (calculated !== promise.sha256) {
    throw failure(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const received = { size, md5: md5.digest("hex") };
  if (!algorithm || !checksum) return received;
  const value = Buffer.from(await checksum.digest()).toString("base64");
  const trailer = promise.trailers?.().get(checksumHeader(algorithm));
  const given =
    promise.checksum ?? (trailer === undefined ? undefined : readChecksum(checksumHeader(algorithm), trailer));
  if (given) compareChecksum(given, value);
  return { ...received, checksum: { algorithm, value } };
}

/** A request's document, which is small enough for memory. */
export async function receiveText(body: Body): Promise<string> {
  const pieces: Buffer[] = [];
  await receive(body, async (piece) => pieces.push(piece), largestDocument);
  return Buffer.concat(pieces).toString("utf8");
}

/** Content encodings as sent, `aws-chunked` among them: it describes the way here and is not kept. */
export function contentEncodings(headers: ReadonlyMap<string, string>): string[] {
  const names = headers.get("content-encoding")?.split(",") ?? [];
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

function trailerNames(headers: ReadonlyMap<string, string>): string[] {
  const names = headers.get("x-amz-trailer")?.toLowerCase().split(",") ?? [];
  return names.map((name) => name.trim());
}

function plainLength(headers: ReadonlyMap<string, string>): number {
  if (headers.has("transfer-encoding")) {
    throw failure(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented: Transfer-Encoding",
    );
  }
  return headers.has("content-length") ? readLength(headers.get("content-length")) : 0;
}

function readLength(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw failure(
    "MissingContentLength",
    "You must provide the length of the body: a stream of unknown length cannot be put",
  );
}
