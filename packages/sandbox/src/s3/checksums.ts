import { createHash } from "node:crypto";
import { Crc32, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { failure } from "./errors.ts";

export interface Digest {
  update(piece: Buffer): unknown;
  digest(): Uint8Array | Promise<Uint8Array>;
}

const algorithms = {
  CRC32: { bytes: 4, digest: (): Digest => new Crc32() },
  CRC64NVME: { bytes: 8, digest: (): Digest => new Crc64Nvme() },
  SHA256: { bytes: 32, digest: (): Digest => createHash("sha256") },
};
export type ChecksumAlgorithm = keyof typeof algorithms;

/** The checksum of a whole body, in base64. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
}

const headerPrefix = "x-amz-checksum-";
const notValues = new Set(["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"]);

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return headerPrefix + algorithm.toLowerCase();
}

/** @throws NotImplemented for algorithms that this server does not know */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const wanted = name.toUpperCase();
  if (Object.hasOwn(algorithms, wanted)) return wanted as ChecksumAlgorithm;
  const known = Object.keys(algorithms).join(", ");
  throw failure("NotImplemented", `The sandbox has no checksum ${name}; use one of ${known}`);
}

export const createDigest = (algorithm: ChecksumAlgorithm): Digest => algorithms[algorithm].digest();

/**
 * The one checksum that headers or form fields give, undefined where they give none.
 * @throws InvalidRequest for two of them, and for one that is no base64 of the right length
 */
export function givenChecksum(headers: ReadonlyMap<string, string>): Checksum | undefined {
  const [given, another] = [...headers].filter(([name]) => name.startsWith(headerPrefix) && !notValues.has(name));
  if (another) throw failure("InvalidRequest", "Expecting a single x-amz-checksum- header");
  if (!given) return undefined;
  const [name, value] = given;
  const algorithm = checksumAlgorithm(name.slice(headerPrefix.length));
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== algorithms[algorithm].bytes || bytes.toString("base64") !== value)
    throw failure("InvalidRequest", `Value for ${name} header is invalid.`);
  return { algorithm, value };
}

export function compareChecksum(given: Checksum, calculated: string): void {
  if (given.value === calculated) return;
  throw failure("BadDigest", `The ${given.algorithm} you specified did not match the calculated checksum.`);
}
