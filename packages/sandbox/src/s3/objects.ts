import { leaf } from "../xml.ts";
import { checksumAlgorithm } from "./checksums.ts";
import { checkWrite, preconditionFailed, readRange, weighRead } from "./conditions.ts";
import { failure } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { checksumHeaders, factHeaders, type ObjectFacts, readFacts, validators } from "./object-facts.ts";
import {
  type Bucket,
  commit,
  discard,
  findBucket,
  findObject,
  inTurn,
  readObject,
  removeObject,
  type Staged,
  type StoredObject,
  stage,
} from "./store.ts";
import { decode } from "./target.ts";

const sourcePrefix = "x-amz-copy-source-";

export async function putObject(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  const facts = readFacts(exchange.target.headers);
  const staged = await stage(exchange.store, bodyOf(exchange));
  const { key } = exchange.target;
  const object = await storeStaged(exchange, { key, staged, facts, conditions: exchange.target.headers });
  return { status: 200, headers: writtenHeaders(object) };
}

/** Puts a staged body in force under a key and tells the host of it. */
export async function storeStaged(
  exchange: Exchange,
  input: {
    key: string;
    staged: Staged;
    facts: ObjectFacts;
    /** Where it is not the MD5 of the bytes. */
    eTag?: string;
    /** Headers that may make the write depend on the object there is. */
    conditions?: ReadonlyMap<string, string>;
  },
): Promise<StoredObject> {
  const { store, trust } = exchange;
  const bucket = bucketOf(exchange);
  const { key, staged, facts, eTag = staged.md5, conditions } = input;
  const { size, checksum } = staged;
  try {
    const object = await inTurn(store, bucket, () =>
      commit(store, bucket, staged, {
        object: { ...facts, key, size, eTag, lastModified: trust.clock(), ...(checksum ? { checksum } : {}) },
        check: (current) => conditions && checkWrite(conditions, current),
      }),
    );
    exchange.created(bucket, object);
    return object;
  } finally {
    await discard(staged);
  }
}

export async function getObject(exchange: Exchange): Promise<Reply> {
  await admitMissing(exchange, bucketOf(exchange), exchange.target.key);
  const { object, bytes } = await readObject(bucketOf(exchange), exchange.target.key);
  const reply = readReply(exchange, object);
  return reply.span ? { ...reply, body: bytes.subarray(reply.span.start, reply.span.end + 1) } : reply;
}

/** S3 says of an object that it is not there only to whom may list the bucket; to all others it denies access. */
async function admitMissing(exchange: Exchange, bucket: Bucket, key: string): Promise<void> {
  if (!bucket.objects.has(key)) await exchange.admit({ operation: "ListBucket", resource: bucket.name });
}

export async function headObject(exchange: Exchange): Promise<Reply> {
  await admitMissing(exchange, bucketOf(exchange), exchange.target.key);
  return readReply(exchange, findObject(bucketOf(exchange), exchange.target.key));
}

function readReply(exchange: Exchange, object: StoredObject): Reply & { span?: ReturnType<typeof readRange> } {
  const verdict = weighRead(exchange.target.headers, object);
  if (verdict === "failed") throw preconditionFailed();
  if (verdict === "not-modified") return { status: 304, headers: validators(object) };
  const span = readRange(exchange.target.headers, object);
  const wantsChecksum = exchange.target.headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED";
  return {
    status: span.isPart ? 206 : 200,
    span,
    headers: {
      ...factHeaders(object, wantsChecksum && !span.isPart),
      "content-length": String(span.end - span.start + 1),
      ...(span.isPart ? { "content-range": `bytes ${span.start}-${span.end}/${object.size}` } : {}),
    },
  };
}

export async function deleteObject(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { key } = exchange.target;
  await inTurn(exchange.store, bucket, async () => {
    if (exchange.target.headers.has("if-match")) checkWrite(exchange.target.headers, bucket.objects.get(key));
    await removeObject(bucket, key);
  });
  return { status: 204 };
}

export async function copyObject(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { target } = exchange;
  const { headers } = target;
  const from = copySource(exchange);
  const replaces = replacesFacts(headers);
  if (from.bucket === bucket.name && from.key === target.key && !replaces) {
    throw failure(
      "InvalidRequest",
      "This copy request is illegal because it changes neither the object nor its metadata.",
    );
  }
  await exchange.admit({ operation: "GetObject", resource: `${from.bucket}/${from.key}` });
  await exchange.admit({ operation: "PutObject", resource: `${bucket.name}/${target.key}` });
  await admitMissing(exchange, findBucket(exchange.store, from.bucket), from.key);
  const { object: source, bytes } = await readObject(findBucket(exchange.store, from.bucket), from.key);
  if (weighRead(headers, source, sourcePrefix) !== "proceed") throw preconditionFailed();
  const asked = headers.get("x-amz-checksum-algorithm");
  const wanted = asked === undefined ? source.checksum?.algorithm : checksumAlgorithm(asked);
  const staged = await stage(exchange.store, { bytes, promise: wanted ? { wanted } : {} });
  const facts = replaces ? readFacts(headers) : { headers: source.headers, metadata: source.metadata };
  const object = await storeStaged(exchange, { key: target.key, staged, facts, conditions: headers });
  return xmlReply(
    "CopyObjectResult",
    leaf("LastModified", new Date(object.lastModified).toISOString()),
    leaf("ETag", quoted(object.eTag)),
    ...(object.checksum ? [leaf(`Checksum${object.checksum.algorithm}`, object.checksum.value)] : []),
  );
}

function copySource(exchange: Exchange): { bucket: string; key: string } {
  const header = exchange.target.headers.get("x-amz-copy-source") ?? "";
  const [path = "", version] = header.split("?");
  if (version !== undefined) throw failure("NotImplemented", "The sandbox keeps no versions to copy from");
  const match = /^\/?([^/]+)\/([\s\S]+)$/.exec(decode(path));
  const [, bucket, key] = match ?? [];
  if (bucket && key) return { bucket, key };
  throw failure("InvalidArgument", "x-amz-copy-source must read <bucket>/<key>, percent-encoded");
}

function replacesFacts(headers: ReadonlyMap<string, string>): boolean {
  const value = headers.get("x-amz-metadata-directive") ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value === "REPLACE";
  throw failure("InvalidArgument", "x-amz-metadata-directive must be COPY or REPLACE");
}

export function writtenHeaders(object: StoredObject): Record<string, string> {
  return {
    etag: quoted(object.eTag),
    "x-amz-server-side-encryption": "AES256",
    ...(object.checksum ? checksumHeaders(object.checksum) : {}),
  };
}
