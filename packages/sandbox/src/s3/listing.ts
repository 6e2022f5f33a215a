import * as v from "valibot";
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
  const maxKeys = readCount(query("max-keys"));
  const token = query("continuation-token");
  const page = pageOf(bucket, {
    prefix,
    delimiter,
    maxKeys,
    after: token === undefined ? { key: "", isPrefix: false } : readToken(token),
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
    ...(page.next ? [leaf("NextContinuationToken", writeToken(page.next))] : []),
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

/** Where a page ended: at a key, or at a common prefix with all the keys under it. */
interface Position {
  key: string;
  isPrefix: boolean;
}

function pageOf(bucket: Bucket, input: { prefix: string; delimiter: string; maxKeys: number; after: Position }) {
  const { prefix, delimiter, maxKeys, after } = input;
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let last = after;
  for (const key of orderOf(bucket)) {
    if (!key.startsWith(prefix) || compareKeys(key, after.key) <= 0) continue;
    if (last.isPrefix && key.startsWith(last.key)) continue;
    if (objects.length + prefixes.length >= maxKeys) return { objects, prefixes, next: maxKeys > 0 ? last : undefined };
    const mark = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    last = mark < 0 ? { key, isPrefix: false } : { key: key.slice(0, mark + delimiter.length), isPrefix: true };
    if (last.isPrefix) prefixes.push(last.key);
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

function writeToken(position: Position): string {
  return Buffer.from(JSON.stringify([position.key, position.isPrefix])).toString("base64url");
}

const Token = v.pipe(v.string(), v.parseJson(), v.tuple([v.string(), v.boolean()]));

function readToken(token: string): Position {
  const parsed = v.safeParse(Token, Buffer.from(token, "base64url").toString("utf8"));
  if (parsed.success) return { key: parsed.output[0], isPrefix: parsed.output[1] };
  throw failure("InvalidArgument", "The continuation token provided is incorrect");
}

/** How many entries a page may have: 1,000 unless fewer are asked for. */
function readCount(value = String(mostKeys)): number {
  if (/^\d{1,10}$/.test(value)) return Math.min(mostKeys, Number(value));
  throw failure("InvalidArgument", "Provided max-keys not an integer or within integer range");
}
