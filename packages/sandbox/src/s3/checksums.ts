import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { failure } from "./errors.ts";

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "SHA1" | "SHA256";

/** A checksum as S3 keeps it: base64, for composite ones followed by `-` and the number of parts. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
  type: "FULL_OBJECT" | "COMPOSITE";
}

/** Takes in pieces of a body and gives its digest at the end. */
export interface Digest {
  update(piece: Buffer): void;
  digest(): Buffer;
}

const algorithms: readonly ChecksumAlgorithm[] = ["CRC32", "CRC32C", "SHA1", "SHA256"];
const headerPrefix = "x-amz-checksum-";
const notValues = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"]);
const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return headerPrefix + algorithm.toLowerCase();
}

/** @throws NotImplemented for algorithms that this server does not know, CRC64NVME among them */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const known = algorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (known) return known;
  throw failure("NotImplemented", `The sandbox has no checksum ${name}; use one of ${algorithms.join(", ")}`);
}

export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === "CRC32") return crcDigest((piece, before) => crc32(piece, before));
  if (algorithm === "CRC32C") return crcDigest(crc32c);
  return hashDigest(algorithm.toLowerCase());
}

export function hashDigest(name: string): Digest {
  const hash = createHash(name);
  return { update: (piece) => void hash.update(piece), digest: () => hash.digest() };
}

/**
 * The one checksum that headers or form fields give, undefined where they give none.
 * @throws InvalidRequest for two of them, and for one that is no base64 of the right length
 */
export function givenChecksum(headers: ReadonlyMap<string, string>): Omit<Checksum, "type"> | undefined {
  const given = [...headers].filter(([name]) => name.startsWith(headerPrefix) && !notValues.has(name));
  if (given.length > 1) throw failure("InvalidRequest", "Expecting a single x-amz-checksum- header");
  return given[0] && readChecksum(...given[0]);
}

/** Reads one `x-amz-checksum-` header or trailer. */
export function readChecksum(name: string, value: string): Omit<Checksum, "type"> {
  const algorithm = checksumAlgorithm(name.slice(headerPrefix.length));
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== createDigest(algorithm).digest().length || bytes.toString("base64") !== value) {
    throw failure("InvalidRequest", `Value for ${name} header is invalid.`);
  }
  return { algorithm, value };
}

/** @throws BadDigest when they differ */
export function compareChecksum(given: Omit<Checksum, "type">, calculated: string): void {
  if (given.value === calculated) return;
  throw failure("BadDigest", `The ${given.algorithm} you specified did not match the calculated checksum.`, {
    CalculatedDigest: calculated,
  });
}

function crcDigest(step: (piece: Buffer, before: number) => number): Digest {
  let value = 0;
  return {
    update: (piece) => {
      value = step(piece, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function crc32c(piece: Buffer, before: number): number {
  let value = ~before;
  for (const byte of piece) value = (crc32cTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}
