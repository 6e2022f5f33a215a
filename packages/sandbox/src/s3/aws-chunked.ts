import { createHash } from "node:crypto";
import { sameSignature } from "../signature-v4.ts";
import { type ByteReader, byteReader, collect } from "./byte-reader.ts";
import { failure } from "./errors.ts";
import { type ChunkSeed, chainedSignature } from "./signature.ts";

/** What an `aws-chunked` body was announced as. */
export interface ChunkedBody {
  /** Size of the decoded body. */
  length: number;
  /** Where the chain of signatures starts; absent on unsigned chunks. */
  seed?: ChunkSeed;
  /** Names of the trailers that must follow, in lower case. */
  trailers: readonly string[];
}

const lineEnd = Buffer.from("\r\n");
const emptyHash = createHash("sha256").digest("hex");
const smallestChunk = 8192;

/**
 * Decodes the encoding in which SDKs send streams: chunks with their size and perhaps a signature, then trailers.
 * `onTrailers` gets those once the chunks are through and their signature is right.
 * @throws SignatureDoesNotMatch, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  announced: ChunkedBody,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Buffer> {
  const reader = byteReader(source);
  let seed = announced.seed;
  let decoded = 0;
  let wasSmall = false;
  for (;;) {
    const { size, signature } = readChunkHead(await readLine(reader));
    if (size > 0 && wasSmall) {
      throw failure("InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes");
    }
    wasSmall = size < smallestChunk;
    decoded += size;
    if (decoded > announced.length) throw wrongLength(announced.length);
    const hash = createHash("sha256");
    for await (const piece of reader.exactly(size)) {
      if (seed) hash.update(piece);
      yield piece;
    }
    if (seed) seed = nextSeed(seed, "PAYLOAD", [emptyHash, hash.digest("hex")], signature);
    if (size === 0) break;
    if ((await readLine(reader)) !== "") throw failure("IncompleteBody", "A chunk is longer than it says");
  }
  if (decoded !== announced.length) throw wrongLength(announced.length);
  onTrailers(await readTrailers(reader, announced, seed));
}

async function readTrailers(
  reader: ByteReader,
  announced: ChunkedBody,
  seed: ChunkSeed | undefined,
): Promise<ReadonlyMap<string, string>> {
  const trailers = new Map<string, string>();
  for (let line = await readLine(reader); line !== ""; line = await readLine(reader)) {
    const mark = line.indexOf(":");
    trailers.set(line.slice(0, mark).trim().toLowerCase(), line.slice(mark + 1).trim());
  }
  const signature = trailers.get("x-amz-trailer-signature");
  trailers.delete("x-amz-trailer-signature");
  const isAsAnnounced =
    trailers.size === announced.trailers.length && announced.trailers.every((name) => trailers.has(name));
  if (!isAsAnnounced) {
    throw failure(
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or not announced",
    );
  }
  if (seed && announced.trailers.length > 0) {
    const canonical = [...trailers].map(([name, value]) => `${name}:${value}\n`).join("");
    nextSeed(seed, "TRAILER", [createHash("sha256").update(canonical).digest("hex")], signature);
  }
  return trailers;
}

function nextSeed(
  seed: ChunkSeed,
  kind: "PAYLOAD" | "TRAILER",
  hashes: string[],
  given: string | undefined,
): ChunkSeed {
  const signature = chainedSignature(seed, kind, hashes);
  if (given !== undefined && sameSignature(signature, given)) return { ...seed, signature };
  throw failure("SignatureDoesNotMatch", `A ${kind.toLowerCase()} signature in the body does not match what was sent`);
}

function readChunkHead(line: string): { size: number; signature: string | undefined } {
  const [, size, signature] = /^([0-9a-fA-F]{1,9})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
  if (size === undefined) throw failure("IncompleteBody", "The body is not encoded as aws-chunked, though it says so");
  return { size: Number.parseInt(size, 16), signature };
}

async function readLine(reader: ByteReader): Promise<string> {
  const tooLong = () => failure("IncompleteBody", "The body is not encoded as aws-chunked: a line in it has no end");
  return (await collect(reader.until(lineEnd), 4096, tooLong)).toString("latin1");
}

function wrongLength(length: number): Error {
  return failure("IncompleteBody", `The body does not have the ${length} bytes of x-amz-decoded-content-length`);
}
