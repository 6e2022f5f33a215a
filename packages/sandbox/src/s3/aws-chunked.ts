import { type ByteReader, byteReader, collect } from "../byte-reader.ts";
import { failure } from "./errors.ts";

/** What an `aws-chunked` body was announced as. */
export interface ChunkedBody {
  /** Size of the decoded body. */
  length: number;
  /** Names of the trailers that must follow, in lower case. */
  trailers: readonly string[];
}

const lineEnd = Buffer.from("\r\n");

/**
 * Decodes the encoding in which SDKs send streams: chunks with their size, then trailers, which `onTrailers` gets once the
 * chunks are through.
 * @throws IncompleteBody, MalformedTrailerError
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  announced: ChunkedBody,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Buffer> {
  const reader = byteReader(source);
  let decoded = 0;
  for (;;) {
    const size = readSize(await readLine(reader));
    if (size === 0) break;
    decoded += size;
    if (decoded > announced.length) throw wrongLength(announced.length);
    yield* reader.exactly(size);
    if ((await readLine(reader)) !== "") throw failure("IncompleteBody", "A chunk is longer than it says");
  }
  if (decoded !== announced.length) throw wrongLength(announced.length);
  onTrailers(await readTrailers(reader, announced.trailers));
}

async function readTrailers(reader: ByteReader, announced: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const trailers = new Map<string, string>();
  for (let line = await readLine(reader); line !== ""; line = await readLine(reader)) {
    const mark = line.indexOf(":");
    trailers.set(line.slice(0, mark).trim().toLowerCase(), line.slice(mark + 1).trim());
  }
  if (trailers.size === announced.length && announced.every((name) => trailers.has(name))) return trailers;
  throw failure(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or not announced",
  );
}

function readSize(line: string): number {
  if (/^[0-9a-fA-F]{1,9}$/.test(line)) return Number.parseInt(line, 16);
  throw failure("IncompleteBody", "The body is not encoded as aws-chunked, though it says so");
}

async function readLine(reader: ByteReader): Promise<string> {
  return (await collect(reader.until(lineEnd), 4096)).toString("latin1");
}

function wrongLength(length: number): Error {
  return failure("IncompleteBody", `The body does not have the ${length} bytes of x-amz-decoded-content-length`);
}
