/// <reference path="../.sst/platform/config.d.ts" />
import { table as tableFacts } from "./blueprint.ts";
import { browserUploads, retention } from "./deployment-facts.ts";

export type Storage = ReturnType<typeof createStorage>;

/** The table of squares and the bucket of pictures: what production keeps even when all else is removed. */
export function createStorage() {
  const isKept = $app.removal === "retain";
  const { key, index, timeToLive } = tableFacts;
  const table = new sst.aws.Dynamo("Squares", {
    fields: { [key]: "string", [index.hash]: "string", [index.range]: "string" },
    primaryIndex: { hashKey: key },
    globalIndexes: { [index.name]: { hashKey: index.hash, rangeKey: index.range } },
    ttl: timeToLive,
    deletionProtection: isKept,
  });
  return { table, bucket: createBucket(isKept) };
}

/** Private, encrypted, reached by TLS alone, and with the old versions of what was overwritten or deleted. */
function createBucket(isKept: boolean) {
  const { folder, origins, methods, headers, exposed, maxAgeSeconds } = browserUploads;
  // A bucket that is kept goes on refusing what it refused before.
  const kept = (_: unknown, options: $util.CustomResourceOptions): undefined => {
    options.retainOnDelete = isKept;
  };
  const bucket = new sst.aws.Bucket("Pictures", {
    versioning: true,
    cors: {
      allowOrigins: [...origins],
      allowMethods: [...methods],
      allowHeaders: [...headers],
      exposeHeaders: [...exposed],
      maxAge: `${maxAgeSeconds} seconds`,
    },
    transform: {
      bucket: { forceDestroy: !isKept },
      policy: kept,
      publicAccessBlock: kept,
      versioning: kept,
    },
  });
  const of = { bucket: bucket.name };
  const options = { retainOnDelete: isKept };
  new aws.s3.BucketOwnershipControls(
    "PicturesOwnership",
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    "PicturesEncryption",
    { ...of, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(
    "PicturesLifecycle",
    {
      ...of,
      rules: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: retention.oldVersions },
        },
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: {},
          abortIncompleteMultipartUpload: { daysAfterInitiation: retention.unfinishedUploads },
        },
        {
          id: "undecided-uploads",
          status: "Enabled",
          filter: { prefix: folder },
          expiration: { days: retention.undecidedUploads },
        },
      ],
    },
    options,
  );
  new aws.s3.BucketNotification("PicturesEvents", { ...of, eventbridge: true });
  return bucket;
}
