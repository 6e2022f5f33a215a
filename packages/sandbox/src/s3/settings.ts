import { receiveText } from "./body.ts";
import { saveBucket } from "./buckets.ts";
import { checkCors } from "./cors.ts";
import { failure, type S3Code } from "./errors.ts";
import { bodyOf, bucketOf, type Operation } from "./exchange.ts";
import { inTurn } from "./store.ts";
import { document, malformed, parseXml } from "./xml.ts";

/** A subresource of a bucket: its query parameter, what IAM calls its actions, and its document. */
export interface Setting {
  name: string;
  action: string;
  /** Root of the XML document; a bucket policy is JSON. */
  root?: string;
  /** What a bucket answers that was never given one. */
  absent: { code: S3Code } | { document: string };
}

/**
 * Subresources that are kept and given back. Of these only `cors` has an effect: versions are not kept, nothing
 * expires by lifecycle, no policy is weighed and no event is sent because of them.
 */
export const settings: readonly Setting[] = [
  { name: "cors", action: "BucketCORS", root: "CORSConfiguration", absent: { code: "NoSuchCORSConfiguration" } },
  {
    name: "versioning",
    action: "BucketVersioning",
    root: "VersioningConfiguration",
    absent: { document: document("VersioningConfiguration") },
  },
  {
    name: "lifecycle",
    action: "LifecycleConfiguration",
    root: "LifecycleConfiguration",
    absent: { code: "NoSuchLifecycleConfiguration" },
  },
  {
    name: "publicAccessBlock",
    action: "BucketPublicAccessBlock",
    root: "PublicAccessBlockConfiguration",
    absent: { code: "NoSuchPublicAccessBlockConfiguration" },
  },
  {
    name: "encryption",
    action: "EncryptionConfiguration",
    root: "ServerSideEncryptionConfiguration",
    absent: { code: "ServerSideEncryptionConfigurationNotFoundError" },
  },
  {
    name: "ownershipControls",
    action: "BucketOwnershipControls",
    root: "OwnershipControls",
    absent: { code: "OwnershipControlsNotFoundError" },
  },
  { name: "tagging", action: "BucketTagging", root: "Tagging", absent: { code: "NoSuchTagSet" } },
  {
    name: "notification",
    action: "BucketNotification",
    root: "NotificationConfiguration",
    absent: { document: document("NotificationConfiguration") },
  },
  { name: "policy", action: "BucketPolicy", absent: { code: "NoSuchBucketPolicy" } },
];

export function getSetting(setting: Setting): Operation {
  return async (exchange) => {
    const bucket = bucketOf(exchange);
    const kept = bucket.settings[setting.name];
    if (kept === undefined && "code" in setting.absent) {
      throw failure(setting.absent.code, `The bucket has no ${setting.name} configuration`, {
        BucketName: bucket.name,
      });
    }
    const body = kept ?? ("document" in setting.absent ? setting.absent.document : "");
    return { status: 200, headers: { "content-type": setting.root ? "application/xml" : "application/json" }, body };
  };
}

export function putSetting(setting: Setting): Operation {
  return async (exchange) => {
    const bucket = bucketOf(exchange);
    const source = await receiveText(bodyOf(exchange));
    if (setting.root) parseXml(source, setting.root);
    else checkPolicy(source);
    if (setting.name === "cors") checkCors(source);
    await inTurn(exchange.store, bucket, () => {
      bucket.settings = { ...bucket.settings, [setting.name]: source };
      return saveBucket(exchange.store, bucket);
    });
    return { status: setting.name === "policy" || setting.name === "tagging" ? 204 : 200 };
  };
}

export function deleteSetting(setting: Setting): Operation {
  return async (exchange) => {
    const bucket = bucketOf(exchange);
    await inTurn(exchange.store, bucket, () => {
      const { [setting.name]: _, ...rest } = bucket.settings;
      bucket.settings = rest;
      return saveBucket(exchange.store, bucket);
    });
    return { status: 204 };
  };
}

function checkPolicy(source: string): void {
  try {
    JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed();
    throw error;
  }
}
