import * as v from "valibot";
import { leaf } from "../xml.ts";
import { receiveText } from "./body.ts";
import { checksumAlgorithm } from "./checksums.ts";
import { checkWrite } from "./conditions.ts";
import { malformed, readDocument, several } from "./documents.ts";
import { failure } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, quoted, type Reply, xmlReply } from "./exchange.ts";
import { checksumHeaders, readFacts } from "./object-facts.ts";
import { parameter } from "./target.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  findUpload,
  type NamedPart,
  putPart,
  type Upload,
} from "./uploads.ts";

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
    check: (current) => checkWrite(headers, current),
  });
  exchange.created(bucket, object);
  const reply = xmlReply(
    "CompleteMultipartUploadResult",
    leaf("Location", `http://${headers.get("host")}${target.path}`),
    leaf("Bucket", bucket.name),
    leaf("Key", object.key),
    leaf("ETag", quoted(object.eTag)),
    ...(object.checksum ? [leaf(`Checksum${object.checksum.algorithm}`, object.checksum.value)] : []),
    ...(object.checksum ? [leaf("ChecksumType", object.checksum.type)] : []),
  );
  return { ...reply, headers: { ...reply.headers, "x-amz-server-side-encryption": "AES256" } };
}

export async function abortMultipartUpload(exchange: Exchange): Promise<Reply> {
  await abortUpload(exchange.store, bucketOf(exchange), namedUpload(exchange));
  return { status: 204 };
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
  const type = headers.get("x-amz-checksum-type") ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  if (type === "COMPOSITE" && algorithm !== "CRC64NVME") return { algorithm, type };
  // Only a CRC of the whole can be had from the parts, which is why S3 knows no other.
  if (type === "FULL_OBJECT" && algorithm.startsWith("CRC")) return { algorithm, type };
  throw failure("InvalidRequest", `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
}

const Parts = v.object({
  Part: several(v.looseObject({ PartNumber: v.pipe(v.string(), v.regex(/^\d+$/)), ETag: v.string() })),
});

function readParts(source: string): NamedPart[] {
  const { Part: parts } = readDocument(source, "CompleteMultipartUpload", Parts);
  if (parts.length === 0 || parts.length > mostParts) throw malformed();
  return parts.map(({ PartNumber, ETag, ...rest }) => {
    const checksum = Object.entries(rest).find(([name]) => name.startsWith("Checksum"))?.[1];
    return {
      number: Number(PartNumber),
      eTag: ETag.trim().replace(/^"|"$/g, ""),
      ...(typeof checksum === "string" && { checksum }),
    };
  });
}
