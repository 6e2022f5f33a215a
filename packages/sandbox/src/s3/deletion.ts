import * as v from "valibot";
import { branch, leaf } from "../xml.ts";
import { receiveText } from "./body.ts";
import { checkWrite } from "./conditions.ts";
import { malformed, readDocument, several } from "./documents.ts";
import { failure, S3Error } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, type Reply, xmlReply } from "./exchange.ts";
import { inTurn, removeObject } from "./store.ts";

const mostKeys = 1000;

const Delete = v.object({
  Object: several(
    v.object({
      Key: v.pipe(v.string(), v.minLength(1)),
      ETag: v.optional(v.string()),
      VersionId: v.optional(v.string()),
    }),
  ),
  Quiet: v.optional(v.string()),
});

export async function deleteObject(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const { key } = exchange.target;
  await inTurn(exchange.store, bucket, async () => {
    if (exchange.headers.has("if-match")) checkWrite(exchange.headers, bucket.objects.get(key), key);
    await removeObject(bucket, key);
  });
  return { status: 204 };
}

/** Deletes up to 1,000 objects; each is admitted by itself, as IAM looks at each, and fails by itself. */
export async function deleteObjects(exchange: Exchange): Promise<Reply> {
  const bucket = bucketOf(exchange);
  const body = bodyOf(exchange);
  if (!body.promise.md5 && !body.promise.checksum) {
    throw failure("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const { Object: asked, Quiet } = readDocument(await receiveText(body), "Delete", Delete);
  if (asked.some(({ VersionId }) => VersionId !== undefined))
    throw failure("NotImplemented", "The sandbox keeps no versions to delete");
  if (asked.length === 0 || asked.length > mostKeys) throw malformed();
  const results: string[] = [];
  for (const { Key: key, ETag: eTag } of asked) {
    try {
      await exchange.admit({ operation: "DeleteObject", resource: `${bucket.name}/${key}` });
      await inTurn(exchange.store, bucket, async () => {
        if (eTag !== undefined) checkWrite(new Map([["if-match", eTag]]), bucket.objects.get(key), key);
        await removeObject(bucket, key);
      });
      if (Quiet !== "true") results.push(branch("Deleted", leaf("Key", key)));
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      results.push(branch("Error", leaf("Key", key), leaf("Code", error.code), leaf("Message", error.message)));
    }
  }
  return xmlReply("DeleteResult", ...results);
}
