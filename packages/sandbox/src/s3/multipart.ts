import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { leaf } from "../xml.ts";
import { receiveText } from "./body.ts";
import { type ChecksumAlgorithm, checksumAlgorithm } from "./checksums.ts";
import { malformed, readDocument, several } from "./documents.ts";
import { failure } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { checksumHeaders, readFacts } from "./object-facts.ts";
import { storeStaged } from "./objects.ts";
import { discard, type Staged, stage, type Upload } from "./store.ts";
import { parameter } from "./target.ts";

const mostParts = 10_000;
const smallestPart = 5 * 1024 ** 2;

export async function createMultipartUpload(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { target } = exchange;
  const { headers } = target;
  const algorithm = askedChecksum(headers);
  const id = randomBytes(16).toString("hex");
  bucket.uploads.set(id, { ...readFacts(headers), key: target.key, ...(algorithm && { algorithm }), parts: new Map() });
  const reply = xmlReply(
    "InitiateMultipartUploadResult",
    leaf("Bucket", bucket.name),
    leaf("Key", target.key),
    leaf("UploadId", id),
  );
  if (!algorithm) return reply;
  const echoed = { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": "FULL_OBJECT" };
  return { ...reply, headers: { ...reply.headers, ...echoed } };
}

/** Takes a part in; an earlier one of that number is replaced. */
export async function uploadPart(exchange: Exchange): Promise<Reply> {
  if (exchange.target.headers.has("x-amz-copy-source")) {
    throw failure(
      "NotImplemented",
      "The sandbox cannot copy into a part (UploadPartCopy); read the object and upload the part",
    );
  }
  const number = Number(parameter(exchange.target, "partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw failure("InvalidArgument", `Part number must be an integer between 1 and ${mostParts}, inclusive`);
  }
  const { parts } = findUpload(exchange);
  const part = await stage(exchange.store, bodyOf(exchange));
  const before = parts.get(number);
  parts.set(number, part);
  if (before) await discard(before);
  return {
    status: 200,
    headers: { etag: quoted(part.md5), ...(part.checksum ? checksumHeaders(part.checksum) : {}) },
  };
}

/** Joins the named parts into an object and ends the upload. */
export async function completeMultipartUpload(exchange: Exchange): Promise<Reply> {
  const { target } = exchange;
  const { headers } = target;
  // A checksum in these headers is of the object, so the body is not compared with it.
  const body = bodyOf(exchange);
  const { checksum, ...promise } = body.promise;
  const named = readParts(await receiveText({ ...body, promise }));
  const upload = findUpload(exchange);
  const parts = chooseParts(upload, named);
  const wanted = upload.algorithm && { wanted: upload.algorithm };
  const bytes = Buffer.concat(await Promise.all(parts.map(({ path }) => readFile(path))));
  const staged = await stage(exchange.store, { bytes, promise: checksum ? { checksum } : { ...wanted } });
  const { key, headers: kept, metadata } = upload;
  const facts = { headers: kept, metadata };
  const object = await storeStaged(exchange, { key, staged, facts, eTag: joinedETag(parts), conditions: headers });
  await endUpload(exchange, upload);
  const reply = xmlReply(
    "CompleteMultipartUploadResult",
    leaf("Location", `http://${headers.get("host")}${target.path}`),
    leaf("Bucket", target.bucket),
    leaf("Key", object.key),
    leaf("ETag", quoted(object.eTag)),
    ...(object.checksum ? [leaf(`Checksum${object.checksum.algorithm}`, object.checksum.value)] : []),
    ...(object.checksum ? [leaf("ChecksumType", "FULL_OBJECT")] : []),
  );
  return { ...reply, headers: { ...reply.headers, "x-amz-server-side-encryption": "AES256" } };
}

export async function abortMultipartUpload(exchange: Exchange): Promise<Reply> {
  await endUpload(exchange, findUpload(exchange));
  return { status: 204 };
}

/** @throws NoSuchUpload also for an upload of another key */
function findUpload(exchange: Exchange): Upload {
  const upload = bucketOf(exchange).uploads.get(uploadId(exchange));
  if (upload?.key === exchange.target.key) return upload;
  throw failure(
    "NoSuchUpload",
    "The specified multipart upload does not exist; it may have been aborted or completed.",
  );
}

const uploadId = ({ target }: Exchange) => parameter(target, "uploadId") ?? "";

async function endUpload(exchange: Exchange, upload: Upload): Promise<void> {
  bucketOf(exchange).uploads.delete(uploadId(exchange));
  await Promise.all([...upload.parts.values()].map(discard));
}

/** By a CRC alone can the parts be checked by themselves and the whole as well, which is how the AWS CLI sends them. */
function askedChecksum(headers: ReadonlyMap<string, string>): ChecksumAlgorithm | undefined {
  const name = headers.get("x-amz-checksum-algorithm");
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithm(name);
  if (algorithm.startsWith("CRC") && headers.get("x-amz-checksum-type") !== "COMPOSITE") return algorithm;
  throw failure("NotImplemented", "Of parts, the sandbox has a CRC of the whole alone: no SHA256, and none COMPOSITE");
}

const Parts = v.object({
  Part: several(v.object({ PartNumber: v.pipe(v.string(), v.regex(/^\d+$/)), ETag: v.string() })),
});

function readParts(source: string): { number: number; eTag: string }[] {
  const { Part: parts } = readDocument(source, "CompleteMultipartUpload", Parts);
  if (parts.length === 0 || parts.length > mostParts) throw malformed();
  return parts.map(({ PartNumber, ETag }) => ({
    number: Number(PartNumber),
    eTag: ETag.trim().replace(/^"|"$/g, ""),
  }));
}

function chooseParts({ parts }: Upload, named: ReturnType<typeof readParts>): Staged[] {
  if (named.some(({ number }, at) => number <= (named[at - 1]?.number ?? 0))) {
    throw failure("InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  return named.map(({ number, eTag }, at) => {
    const part = parts.get(number);
    if (part?.md5 !== eTag) {
      throw failure("InvalidPart", "One or more of the specified parts could not be found, or it does not match.");
    }
    if (part.size < smallestPart && at < named.length - 1) {
      throw failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
    return part;
  });
}

/** S3's ETag of a multipart object: the MD5 of its parts' MD5s, and how many they are. */
function joinedETag(parts: readonly Staged[]): string {
  const hash = createHash("md5");
  for (const { md5 } of parts) hash.update(md5, "hex");
  return `${hash.digest("hex")}-${parts.length}`;
}
