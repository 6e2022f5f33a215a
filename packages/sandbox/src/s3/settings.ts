import * as v from "valibot";
import { receiveText } from "./body.ts";
import { saveBucket } from "./buckets.ts";
import { checkCors } from "./cors.ts";
import { document, malformed, readDocument } from "./documents.ts";
import { S3Error } from "./errors.ts";
import { bodyOf, bucketOf, type Exchange, type Operation } from "./exchange.ts";
import { inTurn } from "./store.ts";

/** A subresource of a bucket, which is its query parameter. */
interface Setting {
  /** What IAM calls its actions. */
  action: string;
  /** Root of the XML document; a bucket policy is JSON. */
  root?: string;
  /** What a bucket answers that was never given one; without it an empty document. */
  absent?: string;
}

/**
 * Subresources that are kept and given back, as a deployment sets them. Of these only `cors` has an effect: versions are not
 * kept, nothing expires by lifecycle, no policy is weighed and no event is sent because of them.
 */
const settings: Readonly<Record<string, Setting>> = {
  cors: { action: "BucketCORS", root: "CORSConfiguration", absent: "NoSuchCORSConfiguration" },
  versioning: { action: "BucketVersioning", root: "VersioningConfiguration" },
  lifecycle: {
    action: "LifecycleConfiguration",
    root: "LifecycleConfiguration",
    absent: "NoSuchLifecycleConfiguration",
  },
  publicAccessBlock: {
    action: "BucketPublicAccessBlock",
    root: "PublicAccessBlockConfiguration",
    absent: "NoSuchPublicAccessBlockConfiguration",
  },
  encryption: {
    action: "EncryptionConfiguration",
    root: "ServerSideEncryptionConfiguration",
    absent: "ServerSideEncryptionConfigurationNotFoundError",
  },
  ownershipControls: {
    action: "BucketOwnershipControls",
    root: "OwnershipControls",
    absent: "OwnershipControlsNotFoundError",
  },
  notification: { action: "BucketNotification", root: "NotificationConfiguration" },
  policy: { action: "BucketPolicy", absent: "NoSuchBucketPolicy" },
};

/** Every way to get, put and delete a setting. */
export const settingRoutes = Object.entries(settings).flatMap(([name, setting]) => {
  const about = { level: "bucket", needs: [name] } as const;
  // IAM has no actions of their own for taking these away, but for the policy.
  const removal = `${name === "policy" ? "Delete" : "Put"}${setting.action}`;
  return [
    { ...about, method: "GET", action: `Get${setting.action}`, run: getSetting(name, setting) },
    { ...about, method: "PUT", action: `Put${setting.action}`, run: putSetting(name, setting) },
    ...(setting.absent === undefined
      ? []
      : [{ ...about, method: "DELETE", action: removal, run: deleteSetting(name) }]),
  ];
});

function getSetting(name: string, { root, absent: code }: Setting): Operation {
  return async (exchange) => {
    const bucket = bucketOf(exchange);
    const kept = bucket.settings[name];
    if (kept === undefined && code !== undefined)
      throw new S3Error({ status: 404, code, message: `The bucket has no ${name} configuration` });
    const headers = { "content-type": root ? "application/xml" : "application/json" };
    return { status: 200, headers, body: kept ?? document(root ?? "") };
  };
}

function putSetting(name: string, { root }: Setting): Operation {
  return async (exchange) => {
    const bucket = bucketOf(exchange);
    const source = await receiveText(bodyOf(exchange));
    if (root) readDocument(source, root, v.unknown());
    else checkJson(source);
    if (name === "cors") checkCors(source);
    await change(exchange, { ...bucket.settings, [name]: source });
    return { status: name === "policy" ? 204 : 200 };
  };
}

function deleteSetting(name: string): Operation {
  return async (exchange) => {
    const { [name]: _, ...rest } = bucketOf(exchange).settings;
    await change(exchange, rest);
    return { status: 204 };
  };
}

function change(exchange: Exchange, to: Record<string, string>): Promise<void> {
  const bucket = bucketOf(exchange);
  return inTurn(exchange.store, bucket, () => {
    bucket.settings = to;
    return saveBucket(exchange.store, bucket);
  });
}

function checkJson(source: string): void {
  try {
    JSON.parse(source);
  } catch {
    throw malformed();
  }
}
