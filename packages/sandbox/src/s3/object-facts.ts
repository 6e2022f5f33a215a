import { contentEncodings } from "./body.ts";
import { checksumHeader } from "./checksums.ts";
import { failure } from "./errors.ts";
import { quoted } from "./exchange.ts";
import type { StoredObject } from "./store.ts";

/** What a client says about an object besides its bytes. */
export type ObjectFacts = Pick<StoredObject, "headers" | "metadata">;

/** The one account of the sandbox. */
const owner = "000000000000";

const keptHeaders = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
] as const;
const metadataPrefix = "x-amz-meta-";
const mostMetadata = 2048;
const knownHeader =
  /^x-amz-(meta-.*|checksum-.*|copy-source|copy-source-if-(none-)?match|copy-source-if-(un)?modified-since|content-sha256|date|decoded-content-length|metadata-directive|sdk-checksum-algorithm|security-token|trailer|user-agent)$/;

/** Fields of forms and queries may have any name. */
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** Control characters would end a header line early; a tab is fine. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out
const forbidden = /[\0-\x08\x0a-\x1f\x7f]/;

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

/** @throws MetadataTooLarge, InvalidArgument */
export function readFacts(headers: ReadonlyMap<string, string>): ObjectFacts {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = name === "content-encoding" ? storedEncoding(headers) : headers.get(name);
    if (value) kept[name] = safeValue(name, value);
  }
  kept["content-type"] ??= "binary/octet-stream";
  const metadata: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (!name.startsWith(metadataPrefix)) continue;
    if (!headerName.test(name)) throw failure("InvalidArgument", `${name} cannot be the name of a header`);
    metadata[name.slice(metadataPrefix.length)] = safeValue(name, value);
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > mostMetadata) {
    throw failure("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
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

/** @throws InvalidArgument when the value cannot stand in a header */
function safeValue(name: string, value: string): string {
  if (!forbidden.test(value)) return value;
  throw failure("InvalidArgument", `${name} must not contain control characters`);
}

function storedEncoding(headers: ReadonlyMap<string, string>): string {
  return contentEncodings(headers)
    .filter((name) => name !== "aws-chunked")
    .join(",");
}
