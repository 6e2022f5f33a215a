import { encodeUri } from "../signature-v4.ts";
import { branch, leaf } from "../xml.ts";
import { failure } from "./errors.ts";
import { bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { type Bucket, findObject, type StoredObject } from "./store.ts";
import { parameter } from "./target.ts";

const mostKeys = 1000;

/** ListObjectsV2: one page of keys and common prefixes, in UTF-8 order. */
export async function listObjects(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const query = (name: string) => parameter(exchange.target, name);
  if (query("list-type") !== "2")
    throw failure("InvalidArgument", "The sandbox lists by ListObjectsV2 only: list-type=2");
  const prefix = query("prefix") ?? "";
  const delimiter = query("delimiter") ?? "";
  const maxKeys = Math.min(mostKeys, Number(query("max-keys") ?? mostKeys));
  const token = query("continuation-token");
  const page = pageOf(bucket, {
    prefix,
    delimiter,
    maxKeys,
    after: Buffer.from(token ?? "", "base64url").toString("utf8"),
  });
  const encodes = query("encoding-type") === "url";
  const show = (text: string) => (encodes ? encodeUri(text).replaceAll("%2F", "/") : text);
  return xmlReply(
    "ListBucketResult",
    leaf("Name", bucket.name),
    leaf("Prefix", show(prefix)),
    ...(delimiter ? [leaf("Delimiter", show(delimiter))] : []),
    ...(encodes ? [leaf("EncodingType", "url")] : []),
    ...(token === undefined ? [] : [leaf("ContinuationToken", token)]),
    leaf("MaxKeys", maxKeys),
    leaf("KeyCount", page.objects.length + page.prefixes.length),
    leaf("IsTruncated", page.next !== undefined),
    ...(page.next ? [leaf("NextContinuationToken", Buffer.from(page.next).toString("base64url"))] : []),
    ...page.objects.map((object) =>
      branch(
        "Contents",
        leaf("Key", show(object.key)),
        leaf("LastModified", new Date(object.lastModified).toISOString()),
        leaf("ETag", quoted(object.eTag)),
        ...(object.checksum ? [leaf("ChecksumAlgorithm", object.checksum.algorithm)] : []),
        leaf("Size", object.size),
        leaf("StorageClass", "STANDARD"),
      ),
    ),
    ...page.prefixes.map((common) => branch("CommonPrefixes", leaf("Prefix", show(common)))),
  );
}

function pageOf(bucket: Bucket, input: { prefix: string; delimiter: string; maxKeys: number; after: string }) {
  const { prefix, delimiter, maxKeys, after } = input;
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  const isFolded = (key: string) => delimiter !== "" && key.includes(delimiter, prefix.length);
  // Where a page ends: at a key, or at a common prefix with all the keys under it.
  let last = after;
  for (const key of orderOf(bucket)) {
    if (!key.startsWith(prefix) || compareKeys(key, after) <= 0) continue;
    if (isFolded(last) && key.startsWith(last)) continue;
    if (objects.length + prefixes.length >= maxKeys) return { objects, prefixes, next: maxKeys > 0 ? last : undefined };
    last = isFolded(key) ? key.slice(0, key.indexOf(delimiter, prefix.length) + delimiter.length) : key;
    if (isFolded(key)) prefixes.push(last);
    else objects.push(findObject(bucket, key));
  }
  return { objects, prefixes, next: undefined };
}

function orderOf(bucket: Bucket): string[] {
  bucket.order ??= [...bucket.objects.keys()].sort(compareKeys);
  return bucket.order;
}

/** In the order of UTF-8 bytes; `<` would compare UTF-16 units. */
const compareKeys = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
