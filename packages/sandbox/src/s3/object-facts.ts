import { validateHeaderName, validateHeaderValue } from "node:http";
import { contentEncodings } from "./body.ts";
import { checksumHeader } from "./checksums.ts";
import { failure } from "./errors.ts";
import { quoted } from "./exchange.ts";
import type { StoredObject } from "./store.ts";

/** What a client says about an object besides its bytes. */
export type ObjectFacts = Pick<StoredObject, "headers" | "metadata">;

/** The one account of the sandbox. */
const owner = "000000000000";

const keptHeaders = new Set([
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
]);
const metadataPrefix = "x-amz-meta-";
const knownHeader =
  /^x-amz-(meta-.*|checksum-.*|copy-source|copy-source-if-(none-)?match|copy-source-if-(un)?modified-since|content-sha256|date|decoded-content-length|metadata-directive|sdk-checksum-algorithm|security-token|trailer|user-agent)$/;

/**
 * Refuses what this server would have to pass over in silence: `x-amz-` headers and digests that it does not know,
 * other encryption than the default one, another owner than its own, and access lists, which new buckets do not have either.
 */
export function refuseUnknownHeaders(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    if (name === "x-amz-acl") {
      if (value === "private" || value === "bucket-owner-full-control") continue;
      throw failure("AccessControlListNotSupported", "The bucket does not allow ACLs");
    }
    if (name === "x-amz-expected-bucket-owner") {
      if (value === owner) continue;
      throw failure("AccessDenied", `The bucket is not owned by ${value}`);
    }
    const isDefaultEncryption = name === "x-amz-server-side-encryption" && value === "AES256";
    const mayMatter = name.startsWith("x-amz-") || name === "content-md5";
    if (!mayMatter || knownHeader.test(name) || isDefaultEncryption) continue;
    throw failure("NotImplemented", `The sandbox does not know the header ${name}: ${value}`);
  }
}

/** @throws InvalidArgument for what cannot stand in a header, as a field of a form may not */
export function readFacts(headers: ReadonlyMap<string, string>): ObjectFacts {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  const metadata: Record<string, string> = {};
  for (const [name, given] of headers) {
    const isMetadata = name.startsWith(metadataPrefix);
    const value = name === "content-encoding" ? storedEncoding(headers) : given;
    if (value === "" || !(isMetadata || keptHeaders.has(name))) continue;
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw failure("InvalidArgument", `${name} cannot be a header: its name or its value has control characters`);
    }
    if (isMetadata) metadata[name.slice(metadataPrefix.length)] = value;
    else kept[name] = value;
  }
  return { headers: kept, metadata };
}

/** Headers of an answer to a read. `withChecksum` is for the whole object alone: clients check what they receive. */
export function factHeaders(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const { checksum } = object;
  const metadata = Object.entries(object.metadata).map(([name, value]) => [metadataPrefix + name, value] as const);
  return {
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...validators(object),
    "accept-ranges": "bytes",
    "x-amz-server-side-encryption": "AES256",
    ...(checksum && withChecksum ? checksumHeaders(checksum) : {}),
  };
}

export function checksumHeaders(checksum: NonNullable<StoredObject["checksum"]>): Record<string, string> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": "FULL_OBJECT" };
}

export function validators(object: Pick<StoredObject, "eTag" | "lastModified">): Record<string, string> {
  return { etag: quoted(object.eTag), "last-modified": new Date(object.lastModified).toUTCString() };
}

function storedEncoding(headers: ReadonlyMap<string, string>): string {
  return contentEncodings(headers)
    .filter((name) => name !== "aws-chunked")
    .join(",");
}
