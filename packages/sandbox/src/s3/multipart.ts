import { receiveText } from "./body.ts";
import { type Checksum, checksumAlgorithm } from "./checksums.ts";
import { checkWrite } from "./conditions.ts";
import { failure } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { readCount } from "./listing.ts";
import { checksumHeaders, readFacts } from "./object-facts.ts";
import { parameter } from "./target.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  findUpload,
  type NamedPart,
  partsOf,
  putPart,
  type Upload,
} from "./uploads.ts";
import { branch, childrenOf, leaf, malformed, parseXml, textOf } from "./xml.ts";

const mostParts = 10_000;

export async function createMultipartUpload(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { headers, target } = exchange;
  const checksum = askedChecksum(headers);
  const facts = readFacts(headers);
  const upload = await createUpload(exchange.store, bucket, {
    key: target.key,
    facts,
    ...(checksum ? { checksum } : {}),
  });
  const reply = xmlReply(
    "InitiateMultipartUploadResult",
    leaf("Bucket", bucket.name),
    leaf("Key", target.key),
    leaf("UploadId", upload.id),
  );
  if (!checksum) return reply;
  const echoed = { "x-amz-checksum-algorithm": checksum.algorithm, "x-amz-checksum-type": checksum.type };
  return { ...reply, headers: { ...reply.headers, ...echoed } };
}

export async function uploadPart(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  if (exchange.headers.has("x-amz-copy-source")) {
    throw failure(
      "NotImplemented",
      "The sandbox cannot copy into a part (UploadPartCopy); read the object and upload the part",
    );
  }
  const number = Number(parameter(exchange.target, "partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw failure("InvalidArgument", `Part number must be an integer between 1 and ${mostParts}, inclusive`);
  }
  const part = await putPart(exchange.store, bucket, {
    upload: uploadOf(exchange),
    number,
    body: bodyOf(exchange),
    now: exchange.trust.clock(),
  });
  return {
    status: 200,
    headers: { etag: quoted(part.eTag), ...(part.checksum ? checksumHeaders(part.checksum) : {}) },
  };
}

export async function completeMultipartUpload(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { headers, target } = exchange;
  // A checksum in these headers is of the object, so the body is not compared with it.
  const body = bodyOf(exchange);
  const { checksum, ...promise } = body.promise;
  const source = await receiveText({ ...body, promise });
  const upload = uploadOf(exchange);
  const size = headers.get("x-amz-mp-object-size");
  const object = await completeUpload(exchange.store, bucket, {
    upload,
    parts: readParts(source),
    now: exchange.trust.clock(),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(checksum ? { checksum } : {}),
    check: (current) => checkWrite(headers, current, target.key),
  });
  exchange.created(bucket, object);
  const reply = xmlReply(
    "CompleteMultipartUploadResult",
    leaf("Location", `http://${headers.get("host")}${target.path}`),
    leaf("Bucket", bucket.name),
    leaf("Key", object.key),
    leaf("ETag", quoted(object.eTag)),
    ...checksumLeaves(object.checksum),
    ...(object.checksum ? [leaf("ChecksumType", object.checksum.type)] : []),
  );
  return { ...reply, headers: { ...reply.headers, "x-amz-server-side-encryption": "AES256" } };
}

export async function abortMultipartUpload(exchange: Exchange): Promise<Reply> {
  await abortUpload(exchange.store, bucketOf(exchange), namedUpload(exchange));
  return { status: 204 };
}

export async function listParts(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const upload = uploadOf(exchange);
  const marker = readNumber(parameter(exchange.target, "part-number-marker"));
  const most = readCount("max-parts", parameter(exchange.target, "max-parts"));
  const rest = partsOf(bucket, upload).filter((part) => part.number > marker);
  const page = rest.slice(0, most);
  const isTruncated = page.length < rest.length;
  return xmlReply(
    "ListPartsResult",
    leaf("Bucket", bucket.name),
    leaf("Key", upload.key),
    leaf("UploadId", upload.id),
    leaf("PartNumberMarker", marker),
    // Only where there is a next page: the SDK's paginator goes on for as long as it is told a marker.
    ...(isTruncated ? [leaf("NextPartNumberMarker", page.at(-1)?.number ?? marker)] : []),
    leaf("MaxParts", most),
    leaf("IsTruncated", isTruncated),
    leaf("StorageClass", upload.facts.storageClass),
    ...(upload.checksum ? [leaf("ChecksumAlgorithm", upload.checksum.algorithm)] : []),
    ...(upload.checksum ? [leaf("ChecksumType", upload.checksum.type)] : []),
    ...page.map((part) =>
      branch(
        "Part",
        leaf("PartNumber", part.number),
        leaf("LastModified", new Date(part.lastModified).toISOString()),
        leaf("ETag", quoted(part.eTag)),
        leaf("Size", part.size),
        ...checksumLeaves(part.checksum),
      ),
    ),
  );
}

function uploadOf(exchange: Exchange): Upload {
  return findUpload(bucketOf(exchange), namedUpload(exchange));
}

function namedUpload(exchange: Exchange): { id: string; key: string } {
  return { id: parameter(exchange.target, "uploadId") ?? "", key: exchange.target.key };
}

function askedChecksum(headers: ReadonlyMap<string, string>): Upload["checksum"] {
  const name = headers.get("x-amz-checksum-algorithm");
  if (name === undefined) return undefined;
  const algorithm = checksumAlgorithm(name);
  const type = headers.get("x-amz-checksum-type") ?? "COMPOSITE";
  if (type === "COMPOSITE") return { algorithm, type };
  // Only a CRC of the whole can be had from the parts, which is why S3 knows no other.
  if (type === "FULL_OBJECT" && algorithm.startsWith("CRC")) return { algorithm, type };
  throw failure("InvalidRequest", `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
}

function readParts(source: string): NamedPart[] {
  const parts = childrenOf(parseXml(source, "CompleteMultipartUpload"), "Part");
  if (parts.length === 0 || parts.length > mostParts) throw malformed();
  return parts.map((part) => {
    const eTag = textOf(part, "ETag")?.trim().replace(/^"|"$/g, "");
    const number = Number(textOf(part, "PartNumber"));
    if (!eTag || !Number.isInteger(number)) throw malformed();
    const checksum = part.children.find((child) => child.name.startsWith("Checksum"))?.text;
    return { number, eTag, ...(checksum ? { checksum } : {}) };
  });
}

function checksumLeaves(checksum: Checksum | undefined): string[] {
  return checksum ? [leaf(`Checksum${checksum.algorithm}`, checksum.value)] : [];
}

function readNumber(text: string | undefined): number {
  const number = Number(text ?? 0);
  if (Number.isInteger(number) && number >= 0) return number;
  throw failure("InvalidArgument", "part-number-marker must be a whole number", { ArgumentName: "part-number-marker" });
}
